import type { Receipt } from '../../api/types';
import { count, none } from '../../ui/format';
import { billRemarks, billRows } from './bill';
import { digitsOf, exactUsd } from './money';

/** Tokens times price is cost, for each kind; below them the sum. */
export function Cost({ receipt }: { receipt: Receipt }) {
  const rows = billRows(receipt);
  const remarks = billRemarks(receipt);
  const total = receipt.cost_usd;
  if (!total && rows.every((row) => !row.tokens && !row.cost)) {
    return <p class="quiet">No tokens were used, and nothing is charged.</p>;
  }

  const digits = digitsOf([...rows.map((row) => row.cost ?? 0), total ?? 0]);
  return (
    <>
      <div class="scroll bill" tabIndex={0} role="region" aria-label="Tokens and cost: rows">
        <table>
          <caption class="unseen">Tokens and cost</caption>
          <thead>
            <tr><th scope="col">Kind</th><th scope="col" class="numeric">Tokens</th><th scope="col" class="numeric">$ per million</th><th scope="col" class="numeric">Cost</th></tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td class="numeric">{row.tokens === null ? '' : count(row.tokens)}</td>
                <td class="numeric">{row.price === null ? '' : <><span class="quiet" aria-hidden="true">× </span>{row.price}</>}</td>
                <td class="numeric">{row.cost === null ? '' : exactUsd(row.cost, digits)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr><th scope="row">Total</th><td /><td /><td class="numeric">{total === null ? none : exactUsd(total, digits)}</td></tr>
          </tfoot>
        </table>
      </div>
      {remarks.length > 0 && <ul class="points quiet">{remarks.map((remark) => <li key={remark}>{remark}</li>)}</ul>}
    </>
  );
}
