// A private deployment is closed, its subnets fit Flex Consumption, and each private endpoint has the zone of its service.
const closed = {
  plain: { publicNetworkAccess: 'Enabled', defaultAction: 'Allow', ranges: [] },
  full: { publicNetworkAccess: 'Disabled', defaultAction: 'Deny', ranges: [] },
  // Operators come in by their addresses; the account of the host has none.
  operators: { publicNetworkAccess: 'Enabled', defaultAction: 'Deny', ranges: ['203.0.113.7'] },
};

export async function networks(project) {
  const findings = [];
  for (const [scenario, wanted] of Object.entries(closed)) {
    for (const { type, name, properties } of await project.resources(scenario)) {
      if (type === 'Microsoft.Storage/storageAccounts' || type === 'Microsoft.KeyVault/vaults') {
        const { publicNetworkAccess, networkAcls: { bypass, defaultAction, ipRules } } = properties;
        const found = { publicNetworkAccess, defaultAction, ranges: ipRules.map(({ value }) => value) };
        const expected = name.startsWith('sthost') && scenario === 'operators' ? closed.full : wanted;
        if (JSON.stringify(found) !== JSON.stringify(expected) || bypass !== 'None') {
          findings.push({ where: `${name} (${scenario})`, message: `is not closed as it should be: ${JSON.stringify({ ...found, bypass })}` });
        }
      }
    }
  }
  const full = await project.resources('full');
  const of = type => full.filter(resource => resource.type === `Microsoft.Network/${type}`);
  of('virtualNetworks').forEach(network => subnets(network, findings));
  for (const { name, properties } of of('privateEndpoints/privateDnsZoneGroups')) {
    const endpoint = of('privateEndpoints').find(other => other.name === name.split('/')[0]);
    const [service] = endpoint?.properties.privateLinkServiceConnections[0].properties.groupIds ?? [];
    const zone = properties.privateDnsZoneConfigs[0].properties.privateDnsZoneId;
    if (!zone.includes(service === 'vault' ? 'keyvaultDns' : `privatelink.${service}.`)) {
      findings.push({ where: name, message: `the endpoint for '${service}' has the zone of another service` });
    }
  }
  return findings;
}

function subnets({ name: network, properties }, findings) {
  for (const { name, properties: { addressPrefix, privateEndpointNetworkPolicies } } of properties.subnets) {
    const add = message => findings.push({ where: `${network}/${name}`, message });
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      add('a subnet name has lower-case letters, digits and hyphens: Flex Consumption refuses underscores');
    }
    if (!(Number(addressPrefix.split('/')[1]) <= 27)) {
      add('a subnet is /27 or larger');
    }
    if (name === 'endpoints' && privateEndpointNetworkPolicies !== 'Disabled') {
      add("privateEndpointNetworkPolicies is 'Disabled'");
    }
  }
  const app = properties.subnets.find(({ name }) => name === 'app');
  if (app?.properties.delegations?.[0]?.properties.serviceName !== 'Microsoft.App/environments') {
    findings.push({ where: network, message: "the subnet 'app' is not delegated to Microsoft.App/environments, which Flex Consumption needs" });
  }
}
