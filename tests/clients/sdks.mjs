// The SDKs as clients, each in its own words: how it streams a text, asks for a whole one, and runs a loop of tools to its end.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, setTracingDisabled, tool as agentTool } from '@openai/agents';
import { generateText, stepCountIs, streamText, tool as aiTool } from 'ai';
import AnthropicOld from 'anthropic-sdk-0';
import OpenAI from 'openai';
import { z } from 'zod';
import { API_KEY, BASE_URL } from './through.mjs';

const description = 'Looks a thing up';
const parameters = { type: 'object', properties: { what: { type: 'string' } }, required: ['what'] };
const most = 60;
const user = (content) => [{ role: 'user', content }];

/** A loop written by hand, as most applications have it. */
async function loop(ask, answerOf, history) {
  for (let turn = 0; turn < most; turn++) {
    const { said, calls, text } = answerOf(await ask(history));
    history.push(...said);
    if (calls.length === 0) {
      return text;
    }

    history.push(...(await Promise.all(calls.map((call) => call()))).flat());
  }

  throw new Error('The loop has no end.');
}

function anthropic(Sdk) {
  const client = new Sdk({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 2 });
  const question = (model, prompt, more) => ({ model, max_tokens: 4096, messages: user(prompt), ...more });
  return {
    form: 'messages',
    stream: async (model, prompt) => textOf(await client.messages.stream(question(model, prompt)).finalMessage()),
    whole: async (model, prompt) => textOf(await client.messages.create(question(model, prompt))),
    tools: async (model, prompt, lookUp) => {
      const tool = { type: 'custom', name: 'look_up', description, input_schema: parameters, parse: (input) => input, run: ({ what }) => lookUp(what) };
      const runner = client.beta.messages.toolRunner(question(model, prompt, { tools: [tool], stream: true, max_iterations: most }));
      let last;
      for await (const stream of runner) {
        last = await stream.finalMessage();
      }

      return textOf(last);
    },
    image: (data) => [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }],
  };
}

const textOf = (message) => message.content.filter(({ type }) => type === 'text').map(({ text }) => text).join('');
const openai = new OpenAI({ baseURL: `${BASE_URL}/v1`, apiKey: API_KEY, maxRetries: 2 });

const openaiChat = {
  form: 'chat',
  stream: async (model, prompt) => (await openai.chat.completions.stream({ model, messages: user(prompt) }).finalContent()) ?? '',
  whole: async (model, prompt) => (await openai.chat.completions.create({ model, messages: user(prompt) })).choices[0].message.content,
  tools: (model, prompt, lookUp) =>
    openai.chat.completions
      .runTools(
        { model, messages: user(prompt), stream: true, tools: [{ type: 'function', function: { name: 'look_up', description, parameters, parse: JSON.parse, function: ({ what }) => lookUp(what) } }] },
        { maxChatCompletions: most },
      )
      .finalContent(),
};

const openaiResponses = {
  form: 'responses',
  stream: async (model, prompt) => settled(await openai.responses.stream({ model, input: prompt, store: false }).finalResponse()).output_text,
  whole: async (model, prompt) => (await openai.responses.create({ model, input: prompt, store: false })).output_text,
  tools: (model, prompt, lookUp) =>
    loop(
      (input) => openai.responses.stream({ model, input, store: false, include: ['reasoning.encrypted_content'], tools: [{ type: 'function', name: 'look_up', description, parameters, strict: false }] }).finalResponse(),
      (response) => ({
        said: settled(response).output,
        text: response.output_text,
        calls: response.output.filter(({ type }) => type === 'function_call').map((call) => async () => ({ type: 'function_call_output', call_id: call.call_id, output: await lookUp(JSON.parse(call.arguments).what) })),
      }),
      user(prompt),
    ),
};

/** The SDK takes what failed, or has no end, for an answer. */
function settled(response) {
  if (response.status !== 'completed') {
    throw new Error(`The response is ${response.status}.`);
  }

  return response;
}

globalThis.AI_SDK_LOG_WARNINGS = false;
function aiSdk(form, provider) {
  const result = async (stream) => {
    const errors = [];
    for await (const part of stream.fullStream) {
      if (part.type === 'error') {
        errors.push(part.error);
      }
    }

    if (errors.length > 0) {
      throw errors[0];
    }

    return stream.text;
  };
  return {
    form,
    stream: (model, prompt) => result(streamText({ model: provider(model), prompt, onError() {} })),
    whole: async (model, prompt) => (await generateText({ model: provider(model), prompt })).text,
    tools: (model, prompt, lookUp) =>
      result(streamText({
        model: provider(model), prompt, onError() {}, stopWhen: stepCountIs(most),
        ...(form === 'responses' && { providerOptions: { openai: { store: false } } }),
        tools: { look_up: aiTool({ description, inputSchema: z.object({ what: z.string() }), execute: ({ what }) => lookUp(what) }) },
      })),
  };
}

function langchain(form, connect) {
  const text = ({ content }) => (typeof content === 'string' ? content : textOf({ content }));
  const question = (prompt) => [new HumanMessage(prompt)];
  return {
    form,
    stream: async (model, prompt) => {
      let said = '';
      for await (const piece of await connect(model, true).stream(question(prompt))) {
        said += text(piece);
      }

      return said;
    },
    whole: async (model, prompt) => text(await connect(model, false).invoke(question(prompt))),
    tools: (model, prompt, lookUp) => {
      const chat = connect(model, true).bindTools([{ type: 'function', function: { name: 'look_up', description, parameters } }]);
      return loop(
        async (history) => {
          // Not invoke(): where that streams, it counts tokens with a vocabulary that it downloads.
          let message;
          for await (const piece of await chat.stream(history)) {
            message = message?.concat(piece) ?? piece;
          }

          return message;
        },
        (message) => ({
          said: [message],
          text: text(message),
          calls: message.tool_calls.map(({ id, args }) => async () => new ToolMessage({ tool_call_id: id, content: await lookUp(args.what) })),
        }),
        question(prompt),
      );
    },
  };
}

setTracingDisabled(true);
function agents(form, Model) {
  const run = async (model, prompt, tools, stream) => {
    const agent = new Agent({ name: 'Tester', instructions: 'Do as you are told.', model: new Model(openai, model), tools, modelSettings: { store: false } });
    const result = await new Runner({ tracingDisabled: true }).run(agent, prompt, { stream, maxTurns: most });
    if (stream) {
      await result.completed;
    }

    return result.finalOutput;
  };
  return {
    form,
    stream: (model, prompt) => run(model, prompt, [], true),
    whole: (model, prompt) => run(model, prompt, [], false),
    tools: (model, prompt, lookUp) =>
      run(model, prompt, [agentTool({ name: 'look_up', description, parameters: z.object({ what: z.string() }), execute: ({ what }) => lookUp(what), errorFunction: null })], true),
  };
}

const ai = createOpenAI({ baseURL: `${BASE_URL}/v1`, apiKey: API_KEY });
const langchainOpenAi = (more) => (model, streaming) => new ChatOpenAI({ model, streaming, apiKey: API_KEY, configuration: { baseURL: `${BASE_URL}/v1` }, ...more });

export const sdks = {
  '@anthropic-ai/sdk 1': anthropic(Anthropic),
  '@anthropic-ai/sdk 0': anthropic(AnthropicOld),
  'openai, chat': openaiChat,
  'openai, responses': openaiResponses,
  '@ai-sdk/anthropic': aiSdk('messages', createAnthropic({ baseURL: `${BASE_URL}/v1`, apiKey: API_KEY })),
  '@ai-sdk/openai, chat': aiSdk('chat', ai.chat),
  '@ai-sdk/openai, responses': aiSdk('responses', ai.responses),
  '@langchain/anthropic': langchain('messages', (model, streaming) => new ChatAnthropic({ model, streaming, maxTokens: 4096, anthropicApiKey: API_KEY, anthropicApiUrl: BASE_URL })),
  '@langchain/openai, chat': langchain('chat', langchainOpenAi({ useResponsesApi: false })),
  '@langchain/openai, responses': langchain('responses', langchainOpenAi({ useResponsesApi: true, zdrEnabled: true })),
  '@openai/agents, chat': agents('chat', OpenAIChatCompletionsModel),
  '@openai/agents, responses': agents('responses', OpenAIResponsesModel),
};
