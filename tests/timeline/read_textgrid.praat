# Prints every interval of a TextGrid, as Praat understands it.
form Read
  sentence path
endform
Read from file: path$
xmin = Get start time
xmax = Get end time
tiers = Get number of tiers
writeInfoLine: xmin, tab$, xmax, tab$, tiers
for tier to tiers
  name$ = Get tier name: tier
  isInterval = Is interval tier: tier
  if isInterval
    intervals = Get number of intervals: tier
    for interval to intervals
      xmin = Get start time of interval: tier, interval
      xmax = Get end time of interval: tier, interval
      text$ = Get label of interval: tier, interval
      appendInfoLine: name$, tab$, fixed$ (xmin, 12), tab$, fixed$ (xmax, 12), tab$, text$
    endfor
  endif
endfor
