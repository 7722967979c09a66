import { useEffect, useRef, useState } from 'preact/hooks';
import { count } from '../../ui/format';
import { pageSize } from '../../ui/paging';
import { Chips, PageHead } from '../../ui/pieces';
import { link, setParameters, useRoute } from '../../ui/route';
import { Freshness, Load } from '../../ui/states';
import { useKeyNames } from '../key-names';
import { FilterForm } from './filter-form';
import { chipsOf, isOpen, readFilters, statuses, type Filters } from './filters';
import { RequestTable } from './list';
import { useRequests } from './live';
import { LiveBar, LiveTrouble } from './live-bar';
import { NothingFound } from './nothing-found';
import { OpenById } from './open-by-id';
import { Pager } from './pager';
import { ReceiptPanel } from './receipt-panel';
import { SaveCsv } from './save-csv';
import { useReading } from './reading';

export function Requests() {
  const { id, parameters } = useRoute();
  const filters = readFilters(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const wanted = parameters.get('live') !== 'off';
  const able = cursor === undefined && isOpen(filters);
  const area = useRef<HTMLDivElement>(null);
  const reading = useReading(area, id !== null);
  const list = useRequests(filters, cursor, wanted && able, reading.isReading);
  const keyName = useKeyNames(true);
  const [form, setForm] = useState(false);
  useNewPage(cursor);
  const chips = chipsOf(filters, keyName);
  const kept = { ...filters, ...(cursor ? { cursor } : {}), ...(wanted ? {} : { live: 'off' }) };
  const show = (next: Filters) => { location.hash = link('requests', { ...next, live: wanted ? undefined : 'off' }); };

  return (
    <>
      <PageHead title="Requests"><OpenById parameters={kept} /></PageHead>
      <div class="bar">
        <div class="segments" role="group" aria-label="Status">
          {statuses.map(({ value, label, ...rest }) => (
            <button key={value} type="button" title={'title' in rest ? rest.title : undefined} aria-pressed={(filters.status ?? '') === value} onClick={() => setParameters({ status: value, cursor: undefined })}>{label}</button>
          ))}
        </div>
        <button type="button" class="button small" aria-expanded={form} onClick={() => setForm(!form)}>Filters</button>
        <LiveBar wanted={wanted} able={able} older={cursor !== undefined} list={list} />
      </div>
      {list.trouble && <LiveTrouble trouble={list.trouble} reload={list.page.reload} />}
      {form && <FilterForm given={filters} rows={list.rows} onShow={show} onClose={() => setForm(false)} />}
      <Chips filters={chips} onRemove={(name) => setParameters({ [name]: undefined, cursor: undefined })} />
      <Load of={list.page} what="requests">
        {(page) => (
          <div ref={area} class="requests" {...reading.handlers}>
            <RequestTable
              rows={list.rows}
              fresh={list.fresh}
              parameters={kept}
              keyName={keyName}
              tools={<><Freshness {...list.page} /><SaveCsv filters={filters} narrowed={chips} /></>}
              empty={<NothingFound narrowed={chips.length > 0} further={page.next_cursor ?? undefined} older={cursor !== undefined} />}
              more={<Pager filters={filters} cursor={cursor} next={page.next_cursor ?? undefined} live={wanted}><span class="quiet">{count(list.rows.length)} {list.rows.length === 1 ? 'request' : 'requests'}{list.rows.length < pageSize && page.next_cursor ? ', more may be older' : ''}</span></Pager>}
            />
          </div>
        )}
      </Load>
      {id !== null && <ReceiptPanel key={id} id={id} day={parameters.get('day') ?? undefined} parameters={kept} keyName={keyName} />}
    </>
  );
}

/** An older page is read from its top. */
function useNewPage(cursor: string | undefined): void {
  const before = useRef(cursor);
  useEffect(() => {
    if (before.current !== cursor) {
      before.current = cursor;
      document.querySelector('h1')?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }, [cursor]);
}
