// The few things every view does with elements. Whatever comes from a server or a person goes
// through textContent: nothing in this console turns text into markup.

/** A fresh copy of a template of index.html: its one element. */
export function clone(templateId) {
  return document.getElementById(templateId).content.firstElementChild.cloneNode(true);
}

/** The element below `root` that index.html calls `name`. */
export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

/** A new element with properties, and children that are elements or texts. */
export function make(tag, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

/** Texts of people's side by side: one that is written from right to left turns no other around. */
export function sideBySide(texts, separator) {
  return texts.filter(Boolean).flatMap((text, index) =>
    [...(index > 0 ? [separator] : []), make('bdi', {}, text)]);
}

/** Sets a text, and leaves the element alone when it says so already (screen readers listen). */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows a notice `{kind, text}` in its element, or hides it for `null`. */
export function showNotice(element, notice) {
  element.hidden = !notice;
  if (notice) element.dataset.kind = notice.kind;
  say(element, notice?.text ?? '');
}

/**
 * Greys a button out that keeps the keyboard: what is disabled loses it. Whoever acts on clicks asks
 * `isOff`.
 */
export function setOff(button, off) {
  button.setAttribute('aria-disabled', String(off));
}

export const isOff = (button) => button.getAttribute('aria-disabled') === 'true';

/** Calls `act(form)` when a form is submitted, which never leaves the page. */
export function onSubmit(form, act) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act(form);
  });
}

/** Calls `act` for a click on the part `name` below `root`. */
export function onClick(root, name, act) {
  const button = part(root, name);
  button.addEventListener('click', () => {
    if (!isOff(button)) act();
  });
}

/** Does `change`, and keeps a scrolled box at its end when it stood there before. */
export function keepAtEnd(box, change) {
  const slack = 8; // pixels: browsers round scroll positions
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= slack;
  change();
  if (atEnd) box.scrollTop = box.scrollHeight;
}

/** The part of an id that people compare by eye. */
export function shortId(id) {
  return `#${String(id).slice(0, 8)}`;
}
