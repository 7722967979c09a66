// A host name of your own with a managed certificate. Site-scoped certificates are a preview on Flex Consumption.
@description('Name of the app.')
param functionAppName string

@description('Name of its plan.')
param planName string

@description('The host name. Its CNAME and asuid TXT records must exist.')
param hostName string

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

resource plan 'Microsoft.Web/serverfarms@2024-04-01' existing = {
  name: planName
}

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName
}

// Bound without TLS first: the certificate is issued only for a name that the app already answers to.
resource binding 'Microsoft.Web/sites/hostNameBindings@2024-04-01' = {
  parent: site
  name: hostName
  properties: {
    siteName: functionAppName
    hostNameType: 'Verified'
    sslState: 'Disabled'
  }
}

resource certificate 'Microsoft.Web/sites/certificates@2025-03-01' = {
  parent: site
  name: replace(hostName, '.', '-')
  location: location
  tags: tags
  properties: {
    serverFarmId: plan.id
    canonicalName: hostName
  }
  dependsOn: [binding]
}

// The same binding again, now with the certificate: one deployment cannot write a resource twice.
module secureBinding 'custom-domain-binding.bicep' = {
  params: {
    functionAppName: functionAppName
    hostName: hostName
    thumbprint: certificate.properties.thumbprint
  }
}
