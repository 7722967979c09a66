import type { ComponentChildren } from 'preact';
import type { Receipt } from '../../api/types';
import { CopyButton } from '../../ui/copy-button';
import { ago, longDay, moment } from '../../ui/format';
import { link } from '../../ui/route';
import type { FilterName } from './filters';

const apis: Record<string, string> = {
  anthropic: 'Anthropic Messages',
  openai: 'OpenAI Chat Completions',
  'openai-responses': 'OpenAI Responses',
  any: 'None in particular',
};

/** Who asked, when and how. What the list can be narrowed to is a link that does it. */
export function Facts({ receipt, keyName }: { receipt: Receipt; keyName: (id: string) => string }) {
  const { request_id: id, started_at: at, credential, client, session, tags } = receipt;
  const year = longDay(at).slice(-5);
  return (
    <dl class="facts">
      <div class="whole"><dt>Request id</dt><dd class="with-button"><code>{id}</code><CopyButton label="Copy" name="Copy the request id" text={id} /></dd></div>
      <Fact name="Began">{moment(at).replace(',', `${year},`)} UTC <span class="quiet">({ago(at)})</span></Fact>
      <Fact name="API">{apis[receipt.api] ?? receipt.api}, {receipt.stream ? 'as a stream' : 'in one piece'}</Fact>
      <Fact name="Key">{credential ? <Narrow name="key" value={credential.key_id}>{keyName(credential.key_id)}</Narrow> : 'None was accepted'}{credential?.kind === 'oidc' && <span class="quiet"> (token)</span>}</Fact>
      {credential?.team && <Fact name="Team"><Narrow name="team" value={credential.team} /></Fact>}
      {credential?.person && <Fact name="Person"><Narrow name="person" value={credential.person} /></Fact>}
      {client && <Fact name="Client"><Narrow name="client" value={client} /></Fact>}
      {session && <Fact name="Session"><Narrow name="session" value={session} /></Fact>}
      {Object.keys(tags).length > 0 && (
        <Fact name="Tags">{Object.entries(tags).map(([name, value], place) => <span key={name}>{place > 0 && ', '}<Narrow name="tag" value={`${name}=${value.replaceAll(',', '\\,')}`}>{name}={value}</Narrow></span>)}</Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Narrow({ name, value, children }: { name: FilterName; value: string; children?: ComponentChildren }) {
  return <a href={link('requests', { [name]: value })} title="Show only such requests">{children ?? value}</a>;
}
