// Every setting of the deployed app. A test compares the Gateway... names here with those that the code reads,
// so each is written out once as `Name: value` or '...__${part}__Name', and nowhere else in the templates.
@description('Name of the app.')
param functionAppName string

@description('Client id of the identity of the app.')
param identityClientId string

@description('Storage account of the Functions host.')
param hostStorageName string

@description('Table endpoint of the gateway tables.')
param tableEndpoint string

@description('Application Insights component.')
param componentName string

@description('Key Vault of the provider keys.')
param vaultName string

@description('Upstream providers: name, kind, baseUrl, apiKeySecret, settings.')
param providers array

@description('Models: id, targets, displayName, contextWindow, maxOutputTokens, settings.')
param models array

@description('Receivers of alerts: name, urlSecret, signingSecret, format, events.')
param alertWebhooks array

@description('OTLP endpoint. Empty: none.')
param otlpEndpoint string

@description('More settings, by name.')
param extraSettings object

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName
}

var platformSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: 'https://${hostStorageName}.blob.${environment().suffixes.storage}'
  AzureWebJobsStorage__queueServiceUri: 'https://${hostStorageName}.queue.${environment().suffixes.storage}'
  AzureWebJobsStorage__tableServiceUri: 'https://${hostStorageName}.table.${environment().suffixes.storage}'
  APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // Tells DefaultAzureCredential which identity to use.
  AZURE_CLIENT_ID: identityClientId
}

var gatewaySettings = {
  GatewayStorage__tableServiceUri: tableEndpoint
  // A team with budgets should not find that provider/model is a way around them; extraSettings may say otherwise.
  Gateway__DirectRoutes: 'priced'
}

var telemetrySettings = empty(otlpEndpoint) ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint }

var providerSettings = map(
  providers,
  provider =>
    union(
      { 'Gateway__Providers__${provider.name}__Kind': provider.kind },
      empty(provider.?baseUrl) ? {} : { 'Gateway__Providers__${provider.name}__BaseUrl': provider.baseUrl },
      empty(provider.?apiKeySecret)
        ? {}
        : {
            'Gateway__Providers__${provider.name}__ApiKey': '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${provider.apiKeySecret})'
          },
      toObject(items(provider.?settings ?? {}), item => 'Gateway__Providers__${provider.name}__${item.key}', item => string(item.value))
    )
)

var modelSettings = map(
  models,
  (model, i) =>
    union(
      { 'Gateway__Models__${i}__Id': model.id },
      toObject(range(0, length(model.targets)), j => 'Gateway__Models__${i}__Targets__${j}', j => model.targets[j]),
      empty(model.?displayName) ? {} : { 'Gateway__Models__${i}__DisplayName': model.displayName },
      model.?contextWindow == null ? {} : { 'Gateway__Models__${i}__ContextWindow': string(model.contextWindow) },
      model.?maxOutputTokens == null ? {} : { 'Gateway__Models__${i}__MaxOutputTokens': string(model.maxOutputTokens) },
      toObject(items(model.?settings ?? {}), item => 'Gateway__Models__${i}__${item.key}', item => string(item.value))
    )
)

var alertSettings = map(
  alertWebhooks,
  webhook =>
    union(
      { 'Gateway__Alerts__Webhooks__${webhook.name}__Url': '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${webhook.urlSecret})' },
      empty(webhook.?signingSecret)
        ? {}
        : {
            'Gateway__Alerts__Webhooks__${webhook.name}__Secret': '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${webhook.signingSecret})'
          },
      empty(webhook.?format) ? {} : { 'Gateway__Alerts__Webhooks__${webhook.name}__Format': webhook.format },
      toObject(
        range(0, length(webhook.?events ?? [])),
        j => 'Gateway__Alerts__Webhooks__${webhook.name}__Events__${j}',
        j => webhook.events[j]
      )
    )
)

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: union(
    platformSettings,
    gatewaySettings,
    telemetrySettings,
    reduce(concat(providerSettings, modelSettings, alertSettings), {}, (all, some) => union(all, some)),
    extraSettings
  )
}
