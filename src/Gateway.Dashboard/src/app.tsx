import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Me } from './api/types';
import { forgetAnswer } from './session/oidc';
import { endSession, useSession } from './session/session';
import { SignIn } from './session/sign-in';
import { Boundary } from './ui/boundary';
import { AlertsIcon, AuditIcon, KeysIcon, Mark, ModelsIcon, OverviewIcon, RequestsIcon } from './ui/icons';
import { link, useRoute } from './ui/route';
import { Empty } from './ui/states';
import { Alerts } from './views/alerts/alerts';
import { Audit } from './views/audit/audit';
import { IssuedKey } from './views/keys/issued-key';
import { Keys } from './views/keys/keys';
import { Models } from './views/models/models';
import { Overview } from './views/overview/overview';
import { Requests } from './views/requests/requests';

interface View {
  name: string;
  label: string;
  icon: ComponentType;
  page: ComponentType;
  /** Whether this caller may see it at all. */
  opens: (me: Me) => boolean;
}

const views: View[] = [
  { name: 'overview', label: 'Overview', icon: OverviewIcon, page: Overview, opens: () => true },
  { name: 'keys', label: 'Keys and teams', icon: KeysIcon, page: Keys, opens: (me) => me.sees !== 'own' },
  { name: 'requests', label: 'Requests', icon: RequestsIcon, page: Requests, opens: (me) => me.sees !== 'own' },
  { name: 'models', label: 'Models', icon: ModelsIcon, page: Models, opens: (me) => me.sees === 'all' },
  { name: 'alerts', label: 'Alerts', icon: AlertsIcon, page: Alerts, opens: (me) => me.sees === 'all' },
  { name: 'audit', label: 'Audit', icon: AuditIcon, page: Audit, opens: (me) => me.manages },
];

export function App() {
  const { session, reason } = useSession();
  return (
    <>
      {session === null ? <SignIn reason={reason} /> : <Frame me={session.me} />}
      <IssuedKey />
    </>
  );
}

/** Whoever is next begins at the overview, not at what this one looked for. */
function signOut(): void {
  history.replaceState(null, '', '/dashboard');
  endSession();
}

function Frame({ me }: { me: Me }) {
  const { view, id } = useRoute();
  const open = views.filter((one) => one.opens(me));
  const current = open.find((one) => one.name === view);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => forgetAnswer(), []);
  useEffect(() => {
    document.querySelector('nav [aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
    document.title = `${current?.label ?? 'Not found'} · Messages Gateway`;
    if (!first.current) {
      // As after a new page: who hears or tabs through it begins at its heading.
      main.current?.querySelector<HTMLElement>('h1')?.focus();
      scrollTo(0, 0);
    }

    first.current = false;
  }, [view]);

  return (
    <div class="frame">
      <header class="side">
        <a class="skip" href={`#/${view}`} onClick={(event) => { event.preventDefault(); main.current?.querySelector<HTMLElement>('h1')?.focus(); }}>Skip to the content</a>
        <a class="brand" href={link('overview')}><Mark /><span>Messages Gateway</span></a>
        <nav aria-label="Views">
          <ul>
            {open.map(({ name, label, icon: Icon }) => (
              <li key={name}><a href={link(name)} aria-current={name === view ? 'page' : undefined}><Icon /><span>{label}</span></a></li>
            ))}
          </ul>
        </nav>
        <div class="who">
          <div>
            <strong>{me.person ?? me.name ?? me.key_id}</strong>
            <span class="quiet">{me.team ? `Team ${me.team} · ` : ''}{me.sees === 'all' ? 'sees all teams' : me.sees === 'team' ? 'sees its team' : 'sees its own usage'}</span>
          </div>
          <button type="button" class="button small" onClick={signOut}>Sign out</button>
        </div>
      </header>
      <main ref={main}>
        {current
          ? <Boundary key={current.name} of={id ?? ''}><current.page /></Boundary>
          : <><h1 tabIndex={-1}>Not found</h1><Empty title="There is no such view">{views.some((one) => one.name === view) ? 'This key does not open it: it takes another scope.' : <a href={link('overview')}>Go to the overview</a>}</Empty></>}
      </main>
    </div>
  );
}
