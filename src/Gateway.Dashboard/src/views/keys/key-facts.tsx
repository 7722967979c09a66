import type { ComponentChildren } from 'preact';
import type { Key } from '../../api/types';
import { moment } from '../../ui/format';
import { link } from '../../ui/route';
import { KeyState } from './key-state';
import { budgetsInWords, ratesInWords } from './limit-kinds';

/** All that is on record about a key, but its secret, which is nowhere. */
export function KeyFacts({ of: key }: { of: Key }) {
  return (
    <section class="card" aria-label="Facts">
      <header class="card-head"><h2>Facts</h2></header>
      <dl class="facts">
        <Fact name="Id"><code>{key.id}</code></Fact>
        <Fact name="State"><KeyState of={key} /></Fact>
        <Fact name="Team"><a href={link('keys', { team: key.team })}>{key.team}</a></Fact>
        <Fact name="Owner">{key.owner ?? <span class="quiet">none</span>}</Fact>
        <Fact name="Models"><Patterns of={key.models} all="every model" /></Fact>
        <Fact name="Providers"><Patterns of={key.providers} all="every provider" /></Fact>
        <Fact name="Scopes"><Patterns of={key.scopes} all="none: it calls models" /></Fact>
        <Fact name="Tags"><Patterns of={Object.entries(key.tags).map(([name, value]) => `${name}=${value}`)} all="none" /></Fact>
        <Fact name="Budgets"><Lines of={budgetsInWords(key.limits)} none="no budget" /></Fact>
        <Fact name="Rates"><Lines of={ratesInWords(key.limits)} none="no limit" /></Fact>
        <Fact name="Alerts at">{alertsOf(key)}</Fact>
        <Fact name="Expires"><Moment at={key.expires_at} none="never" /></Fact>
        <Fact name="Created"><Moment at={key.created_at} none="unknown" /> <span class="quiet">by {key.created_by}</span></Fact>
        {key.rotated_at && <Fact name="Rotated"><Moment at={key.rotated_at} none="never" /></Fact>}
        {key.revoked_at && <Fact name="Revoked"><Moment at={key.revoked_at} none="never" /> {key.revoked_by && <span class="quiet">by {key.revoked_by}</span>}</Fact>}
      </dl>
    </section>
  );
}

function alertsOf({ limits: { alert_at } }: Key): string {
  return alert_at === undefined ? '50, 80 and 100 %, as usual' : alert_at.length === 0 ? 'no alerts' : `${alert_at.join(', ')} %`;
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Patterns({ of, all }: { of: string[]; all: string }) {
  return of.length === 0 ? <span class="quiet">{all}</span> : <span class="patterns">{of.map((pattern) => <code key={pattern}>{pattern}</code>)}</span>;
}

export function Lines({ of, none }: { of: string[]; none: string }) {
  return of.length === 0 ? <span class="quiet">{none}</span> : <ul>{of.map((text) => <li key={text}>{text}</li>)}</ul>;
}

function Moment({ at, none }: { at: string | undefined; none: string }) {
  return at ? <>{new Date(at).getUTCFullYear() === new Date().getUTCFullYear() ? '' : `${new Date(at).getUTCFullYear()}, `}{moment(at)} UTC</> : <span class="quiet">{none}</span>;
}
