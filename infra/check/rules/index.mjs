// The rules, each a function of a project that returns what is wrong: { where, message }.
import { azd, outputs, parameters } from './azd.mjs';
import { compiler, form } from './compiler.mjs';
import { plan, settings, tables, app } from './functions.mjs';
import { networks } from './network.mjs';
import { roles } from './roles.mjs';
import { secrets } from './secrets.mjs';
import { values } from './values.mjs';

const rules = { compiler, form, parameters, azd, outputs, plan, app, settings, tables, networks, roles, secrets, values };

export const names = Object.keys(rules);

/** What a rule finds. When the compiler can make nothing of the templates, that is what is wrong. */
export const run = (name, project) => rules[name](project).catch(error => [{ where: 'infra/main.bicep', message: error.message }]);
