// The index of a workgroup in a dispatch that was given as a plain count (lib/compute/workgroup_grid.ts).
// group: @builtin(workgroup_id); groups: @builtin(num_workgroups). The grid may hold more groups than were
// asked for, so a kernel compares its index with its own count.
fn flat_group(group: vec3<u32>, groups: vec3<u32>) -> u32 {
  return group.y * groups.x + group.x;
}
