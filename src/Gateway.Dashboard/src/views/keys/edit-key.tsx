import { change } from '../../api/client';
import type { Key } from '../../api/types';
import { link } from '../../ui/route';
import { forgetKeyNames } from '../key-names';
import { draftOfKey, updateOf } from './key-draft';
import { KeyForm } from './key-form';

/** Sends what changed and nothing else: what somebody else changes at the same time stays. */
export function EditKey({ of: key, onSaved }: { of: Key; onSaved: (key: Key) => void }) {
  const start = draftOfKey(key);
  return (
    <KeyForm
      start={start}
      existing={{ expiresAt: key.expires_at }}
      teams={[]}
      submit="Save the changes"
      back={link('keys', {}, key.id)}
      onSubmit={async (draft) => {
        const update = updateOf(start, draft);
        onSaved(Object.keys(update).length === 0 ? key : await change<Key>('PATCH', `/manage/keys/${encodeURIComponent(key.id)}`, update));
        forgetKeyNames();
      }}
    />
  );
}
