import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';

/** Who moved the pointer over a row just now is about to press it. */
const aboutToPress = 3_000;

const scrolled = 120;

/** Whether rows that move would disturb: a receipt is open, the page is scrolled, or a row is about to be chosen. */
export function useReading(area: RefObject<HTMLElement | null>, open: boolean) {
  const moved = useRef(0);
  const isOpen = useRef(open);
  isOpen.current = open;
  const isReading = () =>
    isOpen.current
    || scrollY > scrolled
    || Date.now() - moved.current < aboutToPress
    || (holds(area, document.activeElement) && document.activeElement!.matches(':focus-visible'))
    || (getSelection()?.isCollapsed === false && holds(area, getSelection()!.anchorNode));
  return { isReading, handlers: { onPointerMove: () => { moved.current = Date.now(); }, onClick: openRow } };
}

function holds(area: RefObject<HTMLElement | null>, node: Node | null): boolean {
  return node !== null && area.current?.contains(node) === true;
}

/** A row opens wherever it is pressed; its link is there for all others. */
function openRow({ target, ctrlKey, metaKey, shiftKey }: MouseEvent): void {
  if (target instanceof Element && !target.closest('a, button, thead') && !ctrlKey && !metaKey && !shiftKey && getSelection()?.isCollapsed !== false) {
    target.closest('tr')?.querySelector<HTMLAnchorElement>('a')?.click();
  }
}
