import type { UsageReport, UsageRow } from '../../api/types';
import { count, usd } from '../../ui/format';
import { link } from '../../ui/route';
import { Table, type Column } from '../../ui/table';
import { useKeyNames } from '../key-names';
import { filterOf, type TargetUsage } from './source';

const most = 10;

interface Dimension {
  by: 'team' | 'key' | 'person';
  label: string;
  nameOf: (row: UsageRow) => string | undefined;
  /** What narrows the overview to it; null where nothing does. */
  filter: (row: UsageRow) => Record<string, string> | null;
}

/** Who uses a target: the ten that spend most by each reading, with the way to all of them. */
export function Users({ target, usage }: { target: string; usage: TargetUsage }) {
  const keyName = useKeyNames(true);
  const dimensions: Dimension[] = [
    { by: 'team', label: 'Team', nameOf: (row) => row.team, filter: (row) => (row.team ? { team: row.team } : null) },
    { by: 'key', label: 'Key', nameOf: (row) => row.key_id && keyName(row.key_id), filter: (row) => (row.key_id ? { key: row.key_id } : null) },
    { by: 'person', label: 'Person', nameOf: (row) => row.person ?? row.key_id, filter: (row): Record<string, string> | null => (row.person ? { person: row.person } : row.key_id ? { key: row.key_id } : null) },
  ];
  return <div class="target-users">{dimensions.map((dimension) => <UserTable key={dimension.by} target={target} dimension={dimension} report={usage[dimension.by]} />)}</div>;
}

function UserTable({ target, dimension: { by, label, nameOf, filter }, report }: { target: string; dimension: Dimension; report: UsageReport }) {
  const view = { ...filterOf(target), range: '30d' };
  const columns: Column<UsageRow>[] = [
    {
      label,
      value: (row) => nameOf(row) ?? 'none',
      show: (row) => {
        const [name, narrowed] = [nameOf(row) ?? 'none', filter(row)];
        return narrowed ? <a class="clip" title={name} href={link('overview', { ...view, ...narrowed, by: by === 'team' ? 'key' : 'model' })}>{name}</a> : <span class="quiet">{name}</span>;
      },
    },
    { label: 'Spend', numeric: true, value: (row) => row.cost_usd, show: (row) => usd(row.cost_usd) },
    { label: 'Requests', numeric: true, value: (row) => row.requests, show: (row) => count(row.requests) },
  ];
  const others = report.rows.length - most;
  return (
    <Table
      caption={`By ${by}`}
      columns={columns}
      rows={report.rows.slice(0, most)}
      keyOf={(row) => JSON.stringify([row.team, row.key_id, row.person])}
      empty="Nobody in the last 30 days."
      more={others > 0 ? <a href={link('overview', { ...view, by })}>All {count(report.rows.length)} in the overview</a> : undefined}
    />
  );
}
