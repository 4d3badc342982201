/**
 * TLS to the server that this process started, on this machine. Its certificate is for the names that others know it by,
 * so it cannot be checked for the address of the loopback.
 */
export const OWN_SERVER_TLS = { handshakeFirst: false, rejectUnauthorized: false };
