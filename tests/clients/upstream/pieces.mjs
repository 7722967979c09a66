/** A text in some pieces, as it comes in a stream. */
export const pieces = (text) => text?.match(/[^]{1,24}/g) ?? [];

/** The texts of a content, which is a text or a list of parts. */
export const textOf = (content) => (typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? part.refusal ?? '').join('\n'));
