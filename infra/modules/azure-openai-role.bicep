// Lets the gateway call an Azure OpenAI or Foundry account that exists already, without a key.
@description('Name of the account, in the resource group of this deployment.')
param accountName string

@description('Principal of the gateway.')
param principalId string

@description('Role to grant.')
param roleId string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: accountName
}

resource roleAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, roleId)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}
