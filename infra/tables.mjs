// Copies the gateway tables to a folder and back, one line of JSON a row: node infra/tables.mjs backup|restore <folder>
// Reads GATEWAY_TABLE_ENDPOINT (azd env get-values shows it) and takes a token from azd or az. Needs Node 20, nothing else.
// For Azurite set GatewayStorage to its connection string instead.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [, , action, folder] = process.argv;
const setting = name => new RegExp(`(?:^|;)${name}=([^;]*)`).exec(process.env.GatewayStorage ?? '')?.[1];
const endpoint = (setting('TableEndpoint') ?? process.env.GATEWAY_TABLE_ENDPOINT ?? '').replace(/\/$/, '');
const account = { name: setting('AccountName'), key: setting('AccountKey') };
const windows = { shell: process.platform === 'win32', encoding: 'utf8' };
let token = { value: '', until: 0 };

function bearer() {
  if (Date.now() > token.until) {
    const ask = [
      () => JSON.parse(execFileSync('azd', ['auth', 'token', '--scope', 'https://storage.azure.com/.default', '--output', 'json'], windows)).token,
      () => JSON.parse(execFileSync('az', ['account', 'get-access-token', '--resource', 'https://storage.azure.com', '--output', 'json'], windows)).accessToken,
    ];
    for (const attempt of ask) {
      try {
        token = { value: attempt(), until: Date.now() + 20 * 60_000 };
        break;
      } catch {
        // The next tool may be there.
      }
    }
    if (!token.value) {
      throw new Error('no token: log in with `azd auth login` or `az login`');
    }
  }
  return `Bearer ${token.value}`;
}

function authorization(url, date) {
  if (!account.key) {
    return bearer();
  }
  const text = `${date}\n/${account.name}${new URL(url).pathname}`;
  return `SharedKeyLite ${account.name}:${createHmac('sha256', Buffer.from(account.key, 'base64')).update(text).digest('base64')}`;
}

async function call(method, path, body) {
  for (let attempt = 1; ; attempt++) {
    const url = `${endpoint}/${path}`;
    const date = new Date().toUTCString();
    const response = await fetch(url, {
      method,
      body: body && JSON.stringify(body),
      headers: {
        authorization: authorization(url, date), 'x-ms-date': date, 'x-ms-version': '2020-12-06',
        // Full metadata keeps the types of all values, such as 64-bit integers and dates.
        accept: 'application/json;odata=fullmetadata', 'content-type': 'application/json',
      },
    });
    if (response.ok || (method === 'POST' && response.status === 409)) {
      return response;
    }
    if (attempt === 5 || ![408, 429, 500, 503, 504].includes(response.status)) {
      throw new Error(`${method} ${url.split('?')[0]}: ${response.status} ${(await response.text()).slice(0, 300)}`);
    }
    await new Promise(done => setTimeout(done, 250 * 2 ** attempt));
  }
}

/** All pages of a query; the service says in headers where the next one begins. */
async function* pages(path) {
  let next = '';
  do {
    const response = await call('GET', `${path}${next && `?${next}`}`);
    yield JSON.parse(markDoubles(await response.text())).value;
    next = ['NextTableName', 'NextPartitionKey', 'NextRowKey']
      .map(name => [name, response.headers.get(`x-ms-continuation-${name}`)])
      .filter(([, value]) => value)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  } while (next);
}

/** A whole number of type Edm.Double is told from an integer by its ".0" only, which JSON.parse forgets. */
const double = '\u0000double ';
const markDoubles = text => text.replace(/"(?:[^"\\]|\\.)*"|-?\d+\.0+(?=[,}\s])/g, token => token.startsWith('"') ? token : JSON.stringify(double + token));
const typed = ([name, value]) => typeof value === 'string' && value.startsWith(double)
  ? [[`${name}@odata.type`, 'Edm.Double'], [name, Number(value.slice(double.length))]] : [[name, value]];
const keep = row => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('odata.') && !name.startsWith('Timestamp')).flatMap(typed));
const quoted = text => encodeURIComponent(text.replaceAll("'", "''"));

async function backup() {
  mkdirSync(folder, { recursive: true });
  for await (const tables of pages('Tables')) {
    for (const { TableName: table } of tables) {
      const file = createWriteStream(join(folder, `${table}.jsonl`));
      let rows = 0;
      for await (const page of pages(`${table}()`)) {
        rows += page.length;
        if (!file.write(page.map(row => `${JSON.stringify(keep(row))}\n`).join(''))) {
          await once(file, 'drain');
        }
      }
      file.end();
      await once(file, 'finish');
      console.log(`${table}: ${rows} rows saved`);
    }
  }
}

async function restore() {
  for (const name of readdirSync(folder).filter(file => file.endsWith('.jsonl')).sort()) {
    const table = name.replace('.jsonl', '');
    await call('POST', 'Tables', { TableName: table });
    let rows = 0;
    let pending = [];
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      const row = JSON.parse(line);
      // Insert or replace: running it twice does no harm, and rows that are not in the copy stay.
      pending.push(call('PUT', `${table}(PartitionKey='${quoted(row.PartitionKey)}',RowKey='${quoted(row.RowKey)}')`, row));
      rows++;
      if (pending.length === 32) {
        await Promise.all(pending);
        pending = [];
      }
    }
    await Promise.all(pending);
    console.log(`${table}: ${rows} rows written`);
  }
}

const actions = { backup, restore };
if (!actions[action] || !folder || !endpoint) {
  console.error('node infra/tables.mjs backup|restore <folder>, with GATEWAY_TABLE_ENDPOINT or GatewayStorage set');
  process.exit(2);
}
await actions[action]();
