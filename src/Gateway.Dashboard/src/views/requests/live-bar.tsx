import { useRef } from 'preact/hooks';
import { count } from '../../ui/format';
import { setParameters } from '../../ui/route';
import type { LiveList } from './live';
import type { Trouble } from './polling';

interface Props {
  wanted: boolean;
  /** Only where new requests can come: not on older pages, nor before an end. */
  able: boolean;
  older: boolean;
  list: LiveList;
}

/** The switch, and what waits to be shown. */
export function LiveBar({ wanted, able, older, list: { held, heldMore, show, said } }: Props) {
  const toggle = useRef<HTMLButtonElement>(null);
  const on = wanted && able;
  return (
    <div class="live">
      <button ref={toggle} type="button" role="switch" class="button small switch" aria-checked={on} disabled={!able} onClick={() => setParameters({ live: wanted ? 'off' : undefined })}>
        <span class="dot" aria-hidden="true" />Live
      </button>
      <span class="quiet">{!able ? (older ? 'Not on older pages' : 'Not before an end') : on ? 'Every 5 seconds' : 'Off'}</span>
      {held > 0 && on && (
        <button type="button" class="button small primary" onClick={() => { scrollTo(0, 0); toggle.current?.focus({ preventScroll: true }); show(); }}>{count(held)}{heldMore ? ' or more' : ''} new, show</button>
      )}
      <span class="unseen" role="status">{on ? said : ''}</span>
    </div>
  );
}

/** Why nothing new comes. What is on the page stays there. */
export function LiveTrouble({ trouble, reload }: { trouble: Trouble; reload: () => void }) {
  return (
    <div class="notice bad" role="alert">
      <span>No new requests come: {trouble.error.message} Next try in {trouble.seconds} seconds.</span>
      <button type="button" class="button small" onClick={reload}>Try again</button>
    </div>
  );
}
