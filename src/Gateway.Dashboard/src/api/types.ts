// The JSON of /manage/* and /v1/usage, as far as this page reads it. Members that are null are absent there.

export interface Me {
  key_id: string;
  name?: string;
  team?: string;
  person?: string;
  credential: string;
  scopes: string[];
  /** Whose numbers this caller sees. */
  sees: 'all' | 'team' | 'own';
  manages: boolean;
  expires_at?: string;
}

export interface Tokens {
  input: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  output: number;
  reasoning: number;
  estimated: boolean;
}

export interface Percentiles {
  p50: number;
  p95: number;
}

export interface UsageRow {
  day?: string;
  key_id?: string;
  team?: string;
  person?: string;
  model?: string;
  provider?: string;
  requested_model?: string;
  client?: string;
  tag?: string;
  owner?: string;
  requests: number;
  refused: number;
  failed: number;
  cached_requests?: number;
  tokens: Tokens;
  cost_usd: number;
  unpriced_requests: number;
  last_request_at?: string;
  latency_ms?: Percentiles;
  first_token_ms?: Percentiles;
}

export interface UsageReport {
  from: string;
  to: string;
  by: string;
  rows: UsageRow[];
  total: UsageRow;
  uncounted_requests?: number;
}

export interface BudgetState {
  scope: 'key' | 'team' | 'rule' | 'person';
  id?: string;
  name?: string;
  team?: string;
  model?: string;
  window: 'day' | 'week' | 'month' | 'lifetime';
  mode: 'enforce' | 'shadow';
  budget_usd: number;
  spent_usd: number;
  reserved_usd: number;
  left_usd: number;
  used_percent?: number;
  resets_at?: string;
}

/** What a caller is told of itself. */
export interface OwnUsage extends UsageReport {
  key_id: string;
  team: string;
  name?: string;
  person?: string;
  as_of: string;
  spend: KeySpend;
  budgets: BudgetState[];
}

export interface KeySpend {
  today_usd: number;
  this_month_usd: number;
  as_of: string;
}

export interface Rate {
  value: number;
  mode: 'enforce' | 'shadow';
}

export interface Budget {
  usd: number;
  mode: 'enforce' | 'shadow';
}

export interface LimitSet {
  requests_per_minute?: Rate;
  input_tokens_per_minute?: Rate;
  output_tokens_per_minute?: Rate;
  concurrent_streams?: Rate;
  budget_per_day?: Budget;
  budget_per_week?: Budget;
  budget_per_month?: Budget;
  budget_for_lifetime?: Budget;
}

export interface Limits extends LimitSet {
  alert_at?: number[];
  models?: (LimitSet & { model: string })[];
}

export interface Key {
  id: string;
  /** Only in the answer that makes it. */
  key?: string;
  state: 'active' | 'expired' | 'revoked';
  team: string;
  name?: string;
  owner?: string;
  models: string[];
  providers: string[];
  scopes: string[];
  limits: Limits;
  spend?: KeySpend;
  tags: Record<string, string>;
  created_at: string;
  created_by: string;
  expires_at?: string;
  rotated_at?: string;
  previous_valid_until?: string;
  revoked_at?: string;
  revoked_by?: string;
  warnings?: string[];
}

export interface Team {
  name: string;
  limits: Limits;
  time_zone?: string;
  week_starts?: string;
  updated_at: string;
  updated_by: string;
  warnings?: string[];
}

export interface Page<T> {
  data: T[];
  next?: string;
}

export interface Attempt {
  target: string;
  /** The type of its error; "skipped" where it was not asked; null where it answered. */
  error: string | null;
  status: number | null;
  upstream_status?: number | null;
  started_ms?: number | null;
  duration_ms?: number | null;
  reason?: string | null;
}

/** One call of a model among those that an answer took. */
export interface BillPart {
  model: string;
  input: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  output: number;
  price_version: string | null;
  cost_usd: number | null;
}

/** Why an answer cost what it did. */
export interface Bill {
  /** "upstream" when the answer said its cost itself. */
  price_version: string | null;
  answered_model: string | null;
  service_tier: string | null;
  web_searches: number;
  web_search_usd: number | null;
  parts: BillPart[];
  unpriced: string[];
  refused: string[];
}

export interface Receipt {
  request_id: string;
  started_at: string;
  status: number;
  error: string | null;
  why?: string | null;
  client_left: boolean;
  cached: boolean;
  api: string;
  stream: boolean;
  credential: { key_id: string; team: string | null; kind: string | null; person: string | null } | null;
  model: { requested: string | null; matched: string | null; provider: string | null; used: string | null };
  attempts: Attempt[];
  translation: string;
  upstream_request_id: string | null;
  upstream: Record<string, string>;
  tokens: Tokens;
  price_per_million_usd: { version: string; input: number; cache_read: number; cache_write_5m: number; cache_write_1h: number; output: number } | null;
  cost_usd: number | null;
  bill: Bill;
  notes: string[];
  timings: { first_try_ms: number | null; first_byte_ms: number | null; first_event_ms: number | null; total_ms: number };
  upstream_status: number | null;
  reason: string | null;
  tags: Record<string, string>;
  client: string | null;
  session: string | null;
}

export interface RequestPage {
  data: Receipt[];
  has_more: boolean;
  next_cursor?: string | null;
}

export interface TargetState {
  target: string;
  provider: string;
  model: string;
  models: string[];
  standing: 'good' | 'poor' | 'dead' | 'unknown';
  paused_seconds?: number;
  first_token_ms?: number;
  answer_ms?: number;
  price?: { input: number; output: number; version: string };
  price_by_name?: boolean;
  context_window?: number;
  learned: string[];
}

export interface AuditEntry {
  at: string;
  actor: string;
  action: string;
  target: string;
  outcome: 'done' | 'failed' | 'unknown';
  details: Record<string, string>;
}
