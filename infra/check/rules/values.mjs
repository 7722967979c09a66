// Members that must hold one of these values. The compiler lets any text pass where a type is open, as most of Azure's are.
const members = {
  'Microsoft.Storage/storageAccounts': {
    allowSharedKeyAccess: [false], allowBlobPublicAccess: [false], supportsHttpsTrafficOnly: [true], minimumTlsVersion: ['TLS1_2'],
    kind: ['StorageV2'], 'sku.name': ['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'],
  },
  'Microsoft.Storage/storageAccounts/blobServices/containers': { publicAccess: ['None'] },
  'Microsoft.KeyVault/vaults': { enableRbacAuthorization: [true], enableSoftDelete: [true], enablePurgeProtection: [true], 'sku.family': ['A'] },
  'Microsoft.Insights/components': { DisableLocalAuth: [true], Application_Type: ['web'] },
  'Microsoft.OperationalInsights/workspaces': { 'features.disableLocalAuth': [true], 'sku.name': ['PerGB2018'] },
  'Microsoft.Web/sites': { httpsOnly: [true], 'siteConfig.minTlsVersion': ['1.2', '1.3'] },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': { allow: [false] },
  'Microsoft.Consumption/budgets': {
    category: ['Cost'], timeGrain: ['Monthly', 'Quarterly', 'Annually'],
    'notifications.spent80.operator': ['GreaterThan'], 'notifications.spent80.thresholdType': ['Actual'],
    'notifications.forecast100.operator': ['GreaterThan'], 'notifications.forecast100.thresholdType': ['Forecasted'],
  },
};

// Preview versions that have no stable one with what we need.
const previews = ['Microsoft.Insights/diagnosticSettings@2021-05-01-preview'];

export async function values(project) {
  const findings = [];
  for (const resource of await project.resources('full')) {
    const { type, apiVersion, name, location, tags, properties } = resource;
    const add = message => findings.push({ where: `${type} ${name}`, message });
    for (const [path, allowed] of Object.entries(members[type] ?? {})) {
      const value = path.split('.').reduce((object, key) => object?.[key], { ...resource, ...properties });
      if (!allowed.includes(value)) {
        add(`${path} must be ${allowed.join(' or ')}, not ${value}`);
      }
    }
    if (apiVersion.endsWith('-preview') && !previews.includes(`${type}@${apiVersion}`)) {
      add(`${apiVersion} is a preview`);
    }
    // What has a place has tags.
    if (location && tags?.['azd-env-name'] !== 'blue') {
      add('lacks the tags, by which azd and the bill find it');
    }
  }
  return findings;
}
