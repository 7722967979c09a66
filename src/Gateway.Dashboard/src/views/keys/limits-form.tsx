import { Field } from '../../ui/pieces';
import { budgetKinds, isBudget, limitKinds, rateKinds, type LimitName } from './limit-kinds';
import { newModelRow, type AmountDraft, type LimitDraft, type Mode, type ModelDraft } from './limit-draft';

interface Props {
  draft: LimitDraft;
  onChange: (draft: LimitDraft) => void;
}

/** The limits of a key or of a team: for all models, and for some. */
export function LimitsForm({ draft, onChange }: Props) {
  const set = (name: LimitName, amount: AmountDraft) => onChange({ ...draft, all: { ...draft.all, [name]: amount } });
  return (
    <>
      <section class="card form-card" aria-label="Budgets">
        <header><h2>Budgets</h2><p class="hint">In US dollars. Empty: no budget. One that refuses stops requests when it is used up; one that only reports never does.</p></header>
        <div class="amounts">
          {budgetKinds.map(({ name, label, unit }) => <Amount key={name} name={name} label={label} unit={unit} value={draft.all[name]} onChange={(amount) => set(name, amount)} />)}
        </div>
        <Field label="Alerts at" hint={<>Percentages of each budget at which an alert is sent. Empty: 50, 80 and 100. The word <code>none</code>: no alerts.</>}>
          <input type="text" class="short" placeholder="50, 80, 100" spellcheck={false} value={draft.alertAt} onInput={(event) => onChange({ ...draft, alertAt: event.currentTarget.value })} />
        </Field>
      </section>
      <section class="card form-card" aria-label="Rates">
        <header><h2>Rates</h2><p class="hint">Empty: as much as the gateway can.</p></header>
        <div class="amounts">
          {rateKinds.map(({ name, label, unit }) => <Amount key={name} name={name} label={label} unit={unit} value={draft.all[name]} onChange={(amount) => set(name, amount)} />)}
        </div>
      </section>
      <ModelLimits models={draft.models} onChange={(models) => onChange({ ...draft, models })} />
    </>
  );
}

function Amount({ name, label, unit, value, onChange }: { name: LimitName; label: string; unit: string; value: AmountDraft; onChange: (value: AmountDraft) => void }) {
  return (
    <div class="amount">
      <Field label={label}>
        <span class="unit-input"><NumberInput kind={name} value={value.amount} onInput={(amount) => onChange({ ...value, amount })} /><span class="quiet">{unit}</span></span>
      </Field>
      <ModeSelect label={`${label}: when it is reached`} value={value.mode} disabled={value.amount === ''} onChange={(mode) => onChange({ ...value, mode })} />
    </div>
  );
}

function NumberInput({ kind, value, required, label, onInput }: { kind: LimitName; value: string; required?: boolean; label?: string; onInput: (value: string) => void }) {
  return <input type="number" inputMode="decimal" aria-label={label} required={required} min={isBudget(kind) ? 0 : 1} step={isBudget(kind) ? 'any' : 1} value={value} onInput={(event) => onInput(event.currentTarget.value)} />;
}

function ModeSelect({ label, value, disabled, onChange }: { label: string; value: Mode; disabled?: boolean; onChange: (value: Mode) => void }) {
  return (
    <select aria-label={label} value={value} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value as Mode)}>
      <option value="enforce">Refuse</option>
      <option value="shadow">Only report</option>
    </select>
  );
}

function ModelLimits({ models, onChange }: { models: ModelDraft[]; onChange: (models: ModelDraft[]) => void }) {
  const change = (row: number, changes: Partial<ModelDraft>) => onChange(models.map((one) => (one.row === row ? { ...one, ...changes } : one)));
  return (
    <section class="card form-card" aria-label="Limits for some models">
      <header><h2>Limits for some models</h2><p class="hint">They hold beside the limits for all models. <code>*</code> stands for any text: <code>claude-opus-*</code>.</p></header>
      {models.length > 0 && (
        <div class="model-limits">
          {models.map(({ row, model, kind, amount, mode }, at) => (
            <div key={row} role="group" aria-label={`Limit ${at + 1}${model ? `, ${model}` : ''}`}>
              <input type="text" required maxLength={100} aria-label={`Model of limit ${at + 1}`} placeholder="claude-opus-*" spellcheck={false} value={model} onInput={(event) => change(row, { model: event.currentTarget.value })} />
              <select aria-label={`Kind of limit ${at + 1}`} value={kind} onChange={(event) => change(row, { kind: event.currentTarget.value as LimitName })}>
                {limitKinds.map(({ name, label }) => <option key={name} value={name}>{label}</option>)}
              </select>
              <span class="unit-input"><NumberInput kind={kind} required label={`Amount of limit ${at + 1}`} value={amount} onInput={(text) => change(row, { amount: text })} /><span class="quiet">{limitKinds.find((one) => one.name === kind)!.unit}</span></span>
              <ModeSelect label={`Limit ${at + 1}: when it is reached`} value={mode} onChange={(next) => change(row, { mode: next })} />
              <button type="button" class="button small" aria-label={`Remove limit ${at + 1}${model ? `, ${model}` : ''}`} onClick={() => onChange(models.filter((one) => one.row !== row))}>Remove</button>
            </div>
          ))}
        </div>
      )}
      <div><button type="button" class="button small" onClick={() => onChange([...models, newModelRow()])}>Add a limit for some models</button></div>
    </section>
  );
}
