// Light or dark: as the system has it, or as the person wants it here.

const key = 'hansom-console-theme';

/** `select` has the options `auto`, `light` and `dark`. */
export function startTheme(select) {
  const show = (theme) => {
    document.documentElement.dataset.theme = theme;
    select.value = theme;
  };
  const kept = localStorage.getItem(key);
  show([...select.options].some(({ value }) => value === kept) ? kept : 'auto');
  select.addEventListener('change', () => {
    localStorage.setItem(key, select.value);
    show(select.value);
  });
}
