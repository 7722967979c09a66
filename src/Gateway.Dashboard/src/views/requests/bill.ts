// What a request cost, as a sum that can be checked: tokens times price for each kind, and what comes on top.
import type { Receipt } from '../../api/types';
import { isSame } from './money';

export interface BillRow {
  name: string;
  /** How much of it; a fee has none. */
  tokens: number | null;
  /** In USD per million tokens; null where none was applied. */
  price: number | null;
  cost: number | null;
}

const million = 1_000_000;

const kinds = [
  { name: 'Input', kind: 'input' },
  { name: 'Read from a cache', kind: 'cache_read' },
  { name: 'Written to a cache, 5 min', kind: 'cache_write_5m' },
  { name: 'Written to a cache, 1 h', kind: 'cache_write_1h' },
  { name: 'Output', kind: 'output' },
] as const;

/** The tokens and fees of a request. Where calls of several models were billed, or the provider said the cost, kinds have no cost of their own. */
export function billRows(receipt: Receipt): BillRow[] {
  const { tokens, price_per_million_usd: price, cost_usd: cost, bill, cached } = receipt;
  const applied = cached || bill.parts.length > 0 || cost === null ? null : price;
  const rows = kinds
    .filter(({ kind }) => tokens[kind] > 0 || kind === 'input' || kind === 'output')
    .map(({ name, kind }): BillRow => ({ name, tokens: tokens[kind], price: applied?.[kind] ?? null, cost: applied ? (tokens[kind] * applied[kind]) / million : null }));
  const calls = bill.parts.map((part): BillRow => ({
    name: `Call of ${part.model}`,
    tokens: part.input + part.cache_read + part.cache_write_5m + part.cache_write_1h + part.output,
    price: null,
    cost: part.cost_usd,
  }));
  const searches: BillRow[] = bill.web_searches === 0 ? [] : [{ name: bill.web_searches === 1 ? '1 web search' : `${bill.web_searches} web searches`, tokens: null, price: null, cost: bill.web_search_usd }];
  const all = [...rows, ...calls, ...searches];
  return [...all, ...rest(all, cost, applied !== null || calls.length > 0)];
}

/** What the sum of the rows lacks of the cost, or has too much. */
function rest(rows: BillRow[], cost: number | null, summed: boolean): BillRow[] {
  const sum = rows.reduce((before, row) => before + (row.cost ?? 0), 0);
  return !summed || cost === null || isSame(sum, cost) ? [] : [{ name: cost > sum ? 'Other fees' : 'Not charged', tokens: null, price: null, cost: cost - sum }];
}

/** How the cost came about, where it is not plainly the sum. */
export function billRemarks({ cached, cost_usd: cost, price_per_million_usd: price, bill, tokens }: Receipt): string[] {
  return [
    cached ? 'The response cache answered: nothing is charged.' : null,
    cost === null ? 'No price is known for this model: the tokens are counted, their cost is not.' : null,
    bill.price_version === 'upstream' ? 'The cost is what the provider said.' : null,
    tokens.estimated ? 'Some counts are estimates: the provider did not report them.' : null,
    tokens.reasoning > 0 ? `${new Intl.NumberFormat('en').format(tokens.reasoning)} of the output tokens were reasoning.` : null,
    bill.service_tier ? `Served in the tier “${bill.service_tier}”.` : null,
    bill.answered_model ? `Answered and billed as ${bill.answered_model}.` : null,
    price && !cached ? `Prices: ${price.version}.` : null,
  ].filter((remark) => remark !== null);
}
