import type { Key } from '../../api/types';
import { moment } from '../../ui/format';
import { Badge } from '../../ui/pieces';

const soon = 7 * 86_400_000;

/** What a key is worth now, in a word; and what will change by itself. */
export function KeyState({ of: { state, expires_at, previous_valid_until } }: { of: Key }) {
  const rotated = previous_valid_until !== undefined && Date.parse(previous_valid_until) > Date.now();
  const endsSoon = expires_at !== undefined && Date.parse(expires_at) - Date.now() < soon;
  return (
    <span class="states">
      {state === 'active' ? <Badge tone="good">Active</Badge> : state === 'expired' ? <Badge tone="quiet">Expired</Badge> : <Badge tone="bad">Revoked</Badge>}
      {state === 'active' && endsSoon && <Badge tone="warn">Expires soon</Badge>}
      {state === 'active' && rotated && <Badge tone="warn">Old secret works until {moment(previous_valid_until).slice(0, -3)} UTC</Badge>}
    </span>
  );
}
