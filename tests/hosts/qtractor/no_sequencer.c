// Stands in for ALSA's sequencer where the kernel has none: without one qtractor does not start its audio.
// No MIDI moves. `gcc -shared -fPIC -o no_sequencer.so no_sequencer.c`, and start qtractor with
// `LD_PRELOAD=$PWD/no_sequencer.so`.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
typedef struct { int pipe[2], id, ports; } Seq;
static int clients = 128;
int snd_seq_open(void **seq, const char *name, int streams, int mode) {
    Seq *s = calloc(1, 4096);
    if (pipe(s->pipe)) return -1;
    s->id = clients++, *seq = s;
    return 0;
}
int snd_seq_close(void *seq) { close(((Seq *)seq)->pipe[0]); close(((Seq *)seq)->pipe[1]); free(seq); return 0; }
int snd_seq_client_id(void *seq) { return ((Seq *)seq)->id; }
int snd_seq_create_simple_port(void *seq, const char *name, unsigned caps, unsigned type) { return ((Seq *)seq)->ports++; }
int snd_seq_poll_descriptors_count(void *seq, short events) { return 1; }
int snd_seq_poll_descriptors(void *seq, struct pollfd *fds, unsigned space, short events) {
    *fds = (struct pollfd){ .fd = ((Seq *)seq)->pipe[0], .events = events };
    return 1;
}
int snd_seq_event_input(void *seq, void **event) { *event = 0; return -EAGAIN; }
#define DONE(name) int snd_##name(void) { return 0; }
#define NONE(name) int snd_##name(void) { return -ENOENT; }
DONE(seq_set_client_name) DONE(seq_alloc_queue) DONE(seq_free_queue) DONE(seq_delete_simple_port)
DONE(seq_control_queue) DONE(seq_drain_output) DONE(seq_drop_input) DONE(seq_drop_output)
DONE(seq_event_input_pending) DONE(seq_event_output) DONE(seq_event_output_direct) DONE(seq_free_event)
DONE(seq_get_port_info) DONE(seq_get_queue_status) DONE(seq_get_queue_tempo) DONE(seq_set_queue_tempo)
DONE(seq_set_queue_timer) DONE(seq_remove_events) DONE(seq_set_port_info) DONE(seq_subscribe_port)
DONE(seq_unsubscribe_port) NONE(seq_get_any_client_info) NONE(seq_get_any_port_info)
NONE(seq_query_next_client) NONE(seq_query_next_port) NONE(seq_query_port_subscribers)
NONE(timer_query_open) NONE(timer_open)
