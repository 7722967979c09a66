import { useEffect, useRef } from 'preact/hooks';
import { useMe } from '../../session/session';
import { PageHead } from '../../ui/pieces';
import { link, useRoute } from '../../ui/route';
import { Freshness } from '../../ui/states';
import { CreateKey } from './create-key';
import { EditTeam } from './edit-team';
import { showIssued } from './issued-key';
import { KeyList } from './key-list';
import { KeyPage } from './key-page';
import { NearEnd } from './near-end';
import { useBudgets, useLastUse } from './sources';
import { Teams } from './teams';

/** The id that no key has: the page on which one is made. */
const creation = 'new';

export function Keys() {
  const { id, parameters } = useRoute();
  const { manages } = useMe();
  const team = parameters.get('tab') === 'teams' ? parameters.get('edit') : null;
  useFocusOnHeading(JSON.stringify([id, parameters.get('edit')]));
  return (
    id === creation && manages ? <CreateKey onIssued={showIssued} />
      : id !== null ? <KeyPage key={id} id={id} onIssued={showIssued} />
      : team !== null && manages ? <EditTeam key={team} name={team} />
      : <Lists />
  );
}

function Lists() {
  const { parameters } = useRoute();
  const { manages } = useMe();
  const teams = parameters.get('tab') === 'teams';
  const budgets = useBudgets();
  const lastUse = useLastUse();
  return (
    <>
      <PageHead title="Keys and teams">
        <Freshness at={budgets.at} loading={budgets.loading || lastUse.loading} reload={() => { budgets.reload(); lastUse.reload(); }} />
        {manages && <a class="button primary" href={link('keys', {}, creation)}>Create a key</a>}
      </PageHead>
      <NearEnd budgets={budgets} />
      <nav class="tabs" aria-label="Keys or teams">
        <a href={link('keys')} aria-current={teams ? undefined : 'page'}>Keys</a>
        <a href={link('keys', { tab: 'teams' })} aria-current={teams ? 'page' : undefined}>Teams</a>
      </nav>
      {teams ? <Teams budgets={budgets} lastUse={lastUse} /> : <KeyList budgets={budgets} lastUse={lastUse} />}
    </>
  );
}

/** As after a new page: who hears or tabs through it begins at its heading. */
function useFocusOnHeading(place: string): void {
  const before = useRef(place);
  useEffect(() => {
    if (before.current !== place) {
      before.current = place;
      document.querySelector<HTMLElement>('main h1')?.focus();
      scrollTo(0, 0);
    }
  }, [place]);
}
