// The JSON of /manage/config, /manage/learned and /manage/alerts, as far as this page reads it. Members that are null are absent there.

export interface ConfiguredProvider {
  name: string;
  kind: string;
  /** Absent for what is built in. */
  host?: string;
  /** How the gateway shows who it is: "key", "2 keys", "the gateway's identity". */
  auth: string;
}

export interface ActiveConfiguration {
  generation: number;
  /** Absent: since the start. */
  taken_at?: string;
  file?: string;
  /** What the file says instead and cannot be served. */
  refused?: { at: string; problems: string[] };
  in_force_after_start: string[];
  providers: ConfiguredProvider[];
  models: { id: string }[];
}

/** What is left out of one key's requests to a target, or lowered in them, since the target refused it. */
export interface Lesson {
  target: string;
  key_id: string;
  parameter: string;
  /** To what the output limit is lowered. */
  max_output_tokens?: number;
  request_id: string;
  learned_at: string;
  expires_at: string;
}

export interface Alert {
  id: string;
  event: string;
  at: string;
  title: string;
  message: string;
  budget?: { scope: string; id: string; name?: string; team: string; model?: string };
  target?: { name: string; reason?: string };
}

export interface StoredAlert {
  alert: Alert;
  /** "failed": given up after a day. "recorded": no webhook wants it. */
  state: 'pending' | 'sent' | 'failed' | 'recorded';
  sent_to: string[];
  attempts: number;
  problem?: string;
}

export interface WebhookAnswer {
  webhook: string;
  host: string;
  format: 'json' | 'slack' | 'teams';
  delivered: boolean;
  status?: number;
  problem?: string;
}
