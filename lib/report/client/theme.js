import { element } from "#lib/report/client/page_data.js";

const STORED = "dialab-theme";

/**
 * Makes the button for the theme work, and tells when the theme changes, by the button or by the system.
 *
 * @param {(theme: "light" | "dark") => void} changed
 * @returns {"light" | "dark"} The theme at the start.
 */
export function startTheme(changed) {
  const button = element(document, "#theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const current = () => {
    const chosen = root.dataset.theme ?? (system.matches ? "dark" : "light");
    return chosen === "dark" ? "dark" : "light";
  };
  // It says what it does, not what is.
  const name = () => {
    const other = current() === "dark" ? "light" : "dark";
    button.textContent = other === "dark" ? "Dark" : "Light";
    button.setAttribute("aria-label", `${button.textContent}: switch to the ${other} theme`);
  };
  const show = () => {
    name();
    changed(current());
  };
  const stored = fromStore();
  if (stored === "dark" || stored === "light") root.dataset.theme = stored;
  name();
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    toStore(root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  return current();
}

// A page opened from a file may have no storage: the choice then lasts as long as the page.
function fromStore() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** @param {string} theme */
function toStore(theme) {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // See fromStore.
  }
}
