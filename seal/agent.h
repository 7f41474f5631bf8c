/*
 * seal/agent - the gpg-agent that GnuPG starts by itself, found and ended.
 */
#ifndef TOCSIN_SEAL_AGENT_H
#define TOCSIN_SEAL_AGENT_H

/* End the agent that serves this GNUPGHOME and wait until the process is gone; none is fine. */
void agent_end(const char *home);

#endif
