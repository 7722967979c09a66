// Puts the certificate on a host name that custom-domain.bicep has bound.
@description('Name of the app.')
param functionAppName string

@description('The host name.')
param hostName string

@description('Thumbprint of the certificate.')
param thumbprint string

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName
}

resource binding 'Microsoft.Web/sites/hostNameBindings@2024-04-01' = {
  parent: site
  name: hostName
  properties: {
    siteName: functionAppName
    hostNameType: 'Verified'
    sslState: 'SniEnabled'
    thumbprint: thumbprint
  }
}
