/** Ids for `Nats-Msg-Id`: equal ids are one message for a stream, so different ones have to stay different. */

/**
 * The id as a header can carry it. Ids without line breaks stay as they are, for those are in the streams already. One with
 * line breaks gets `=` in front, with which no other begins: ids begin with a store's name or a word of ours. What is true of
 * a beginning and its id, that one is the beginning of the other, is true of what they become.
 */
export function toMessageId(id: string): string {
  return /[\r\n]/.test(id) ? `=${id.replace(/[%\r\n]/g, encodeURIComponent)}` : id;
}
