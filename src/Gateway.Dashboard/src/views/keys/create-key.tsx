import { useState } from 'preact/hooks';
import { change } from '../../api/client';
import type { Key } from '../../api/types';
import { useMe } from '../../session/session';
import { PageHead } from '../../ui/pieces';
import { link } from '../../ui/route';
import { forgetKeyNames } from '../key-names';
import { Back } from './back';
import { emptyDraft, newKeyOf } from './key-draft';
import { KeyForm } from './key-form';
import { useLastUse, useTeamNames } from './sources';

export function CreateKey({ onIssued }: { onIssued: (key: Key) => void }) {
  const { team } = useMe();
  const teams = useTeamNames(useLastUse().data);
  const [start] = useState(() => emptyDraft(''));
  return (
    <>
      <Back />
      <PageHead title="Create a key" />
      <KeyForm
        start={start}
        teams={team !== undefined && !teams.includes(team) ? [...teams, team] : teams}
        submit="Create the key"
        back={link('keys')}
        onSubmit={async (draft) => {
          const made = await change<Key>('POST', '/manage/keys', newKeyOf(draft));
          forgetKeyNames();
          onIssued(made);
          location.replace(link('keys', {}, made.id));
        }}
      />
    </>
  );
}
