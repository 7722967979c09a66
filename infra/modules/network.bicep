// A virtual network with one subnet for the app and one for private endpoints, and the names that lead to them.
@description('Name of the virtual network.')
param name string

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Storage account of the Functions host.')
param hostStorageId string

@description('Storage account of the gateway tables.')
param tableStorageId string

@description('Key Vault of the provider keys.')
param vaultId string

// One endpoint for each service that the app calls. Queues are not used, so they have none.
var endpoints = [
  { name: 'pe-host-blob', targetId: hostStorageId, service: 'blob', zone: 0 }
  { name: 'pe-host-table', targetId: hostStorageId, service: 'table', zone: 1 }
  { name: 'pe-tables', targetId: tableStorageId, service: 'table', zone: 1 }
  { name: 'pe-vault', targetId: vaultId, service: 'vault', zone: 2 }
]

var zoneNames = [
  'privatelink.blob.${environment().suffixes.storage}'
  'privatelink.table.${environment().suffixes.storage}'
  // The zone is called vaultcore although vaults answer at environment().suffixes.keyvaultDns.
  replace('privatelink${environment().suffixes.keyvaultDns}', '.vault.', '.vaultcore.')
]

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.1.0/24'
          // Flex Consumption runs on this service; another delegation is refused.
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.0.2.0/24'
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = [
  for zoneName in zoneNames: {
    name: zoneName
    location: 'global'
    tags: tags
  }
]

resource zoneLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = [
  for (zoneName, i) in zoneNames: {
    parent: zone[i]
    name: 'gateway'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for item in endpoints: {
    name: item.name
    location: location
    tags: tags
    properties: {
      subnet: { id: '${network.id}/subnets/endpoints' }
      privateLinkServiceConnections: [
        {
          name: item.name
          properties: {
            privateLinkServiceId: item.targetId
            groupIds: [item.service]
          }
        }
      ]
    }
  }
]

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (item, i) in endpoints: {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: item.service, properties: { privateDnsZoneId: zone[item.zone].id } }]
    }
  }
]

output appSubnetId string = '${network.id}/subnets/app'
