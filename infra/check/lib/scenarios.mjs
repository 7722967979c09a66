// The deployments that the rules look at: infra/main.parameters.json as azd fills it, and what an operator may change in it.

export const subscription = {
  tenantId: '33333333-3333-3333-3333-333333333333',
  subscriptionId: '22222222-2222-2222-2222-222222222222',
  location: 'westeurope',
  deploymentName: 'check',
  resourceGroup: null,
};
export const deployer = '11111111-1111-1111-1111-111111111111';
export const environment = { AZURE_ENV_NAME: 'blue', AZURE_LOCATION: 'westeurope', AZURE_PRINCIPAL_ID: deployer };

const everything = {
  vnetEnabled: true,
  customDomain: 'llm.example.com',
  otlpEndpoint: 'https://otlp.example.com',
  alwaysReadyInstances: 2,
  zoneRedundant: true,
  budgetAmount: 100,
  budgetEmails: ['ops@example.com'],
  budgetStartDate: '2026-01-01',
  azureOpenAiAccounts: [{ name: 'oai', resourceGroup: 'rg-ai' }, { name: 'foundry', resourceGroup: 'rg-ai', claude: true }],
  providers: [
    { name: 'openai', kind: 'openai', baseUrl: 'https://api.example.com/v1', apiKeySecret: 'openai-key', settings: { MaxRetries: 3 } },
    { name: 'azure', kind: 'azure-openai', baseUrl: 'https://oai.example.com' },
  ],
  alertWebhooks: [
    { name: 'ops', urlSecret: 'ops-webhook', signingSecret: 'ops-signing', format: 'json', events: ['budget'] },
    { name: 'chat', urlSecret: 'chat-webhook', format: 'slack' },
  ],
  models: [
    { id: 'claude-*', targets: ['openai/gpt', 'azure/gpt'], displayName: 'GPT', contextWindow: 100000, maxOutputTokens: 8000, settings: { Order: 'cost' } },
    { id: 'gpt', targets: ['azure/gpt'] },
  ],
};

/** What each scenario changes of the parameter file. */
export const scenarios = {
  plain: {},
  full: everything,
  operators: { ...everything, operatorIpRanges: ['203.0.113.7'] },
};

export const placeholder = /^\$\{([A-Z][A-Z0-9_]*)(?:=([^${}]*))?\}$/;

/** A value of the parameter file as azd hands it on: filled from the environment, in the kind of the parameter. */
function filled(value, type) {
  const [, name, initial] = (typeof value === 'string' && placeholder.exec(value)) || [];
  if (!name) {
    return value;
  }
  const text = environment[name] ?? initial ?? '';
  return type === 'bool' ? text === 'true' : type === 'int' ? Number(text) : text;
}

/** A value written in Bicep. */
function bicep(value) {
  if (typeof value === 'string') {
    return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '\\${').replaceAll('\n', '\\n')}'`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(bicep).join(', ')}]`;
  }
  return value && typeof value === 'object'
    ? `{${Object.entries(value).map(([key, member]) => `${/^\w+$/.test(key) ? key : bicep(key)}: ${bicep(member)}`).join(', ')}}`
    : String(value);
}

/** The parameter file of a scenario; `types` holds the type of each parameter. */
export function parameterFile(json, types, changes) {
  const values = Object.fromEntries(Object.entries(json.parameters ?? {})
    .map(([name, { value } = {}]) => [name, filled(value, types[name])]));
  const lines = Object.entries({ ...values, ...changes }).map(([name, value]) => `param ${name} = ${bicep(value)}`);
  return ["using 'main.bicep'", ...lines, ''].join('\n');
}
