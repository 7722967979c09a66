// The ids that the official SDKs list, each to the end of the list. Environment: BASE_URL, API_KEY.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const { BASE_URL, API_KEY } = process.env;
const ids = async (list) => {
  const found = [];
  for await (const model of list) {
    found.push(model.id);
    if (found.length > 1000) {
      throw new Error('the list has no end');
    }
  }
  return found;
};
const anthropic = new Anthropic({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0 });
const openai = new OpenAI({ baseURL: `${BASE_URL}/v1`, apiKey: API_KEY, maxRetries: 0 });
console.log(`ids ${JSON.stringify([await ids(anthropic.models.list({ limit: 2 })), await ids(openai.models.list())])}`);
