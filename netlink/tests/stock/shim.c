/*
 * A preload library that takes the netlink sockets of an unmodified program to a test.
 *
 * Each of the program's netlink sockets becomes two unix streams to the server whose path is in
 * SOFTNET_NETLINK:
 *
 *   ready    the descriptor that the program holds. The server keeps one byte in it while the socket would be
 *            readable, so that poll, select and epoll are the kernel's own and need no help from here.
 *   control  of this library alone: calls go out, and each is answered, at once. Nothing waits in the server:
 *            who wants to wait for a message waits for the ready byte, outside of any lock.
 *
 * The byte is put there by the server before it answers, and taken out here when an answer says that the socket is
 * not readable any more; so the two agree whenever no call is under way.
 *
 * What it cannot show: an error alone (EPOLLERR) is shown as readable, and descriptors that are duplicated, passed on
 * or inherited are not followed. Calls on the machine's real interfaces (ioctl, if_nametoindex) find nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { OPEN = 1, READY, BIND, CONNECT, NAME, PEER, SET, GET, SEND, RECV, CLOSE };

/* What goes out, then `len` bytes; and what comes back, then `len` bytes. The machine's own byte order. */
struct call { uint32_t op, len, a, b, c, d; };
struct answer { int32_t result; uint32_t len, a, b, c, d, readable; };

#define MOST 1024
#define BUFFER (1 << 20)
static int controls[MOST]; /* by the program's descriptor; 0: not ours */
static pid_t openers[MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int fail(int number)
{
	errno = number;
	return -1;
}

/* The system call itself: this library's own functions must not find themselves. */
static int real_close(int fd) { return (int)syscall(SYS_close, fd); }

static int whole(int fd, void *bytes, size_t len, int out)
{
	while (len > 0) {
		ssize_t done = out ? syscall(SYS_sendto, fd, bytes, len, MSG_NOSIGNAL, NULL, 0)
				   : syscall(SYS_recvfrom, fd, bytes, len, 0, NULL, NULL);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return fail(EPIPE);
		bytes = (char *)bytes + done;
		len -= (size_t)done;
	}
	return 0;
}

static int dial(int flags)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("SOFTNET_NETLINK");
	if (!path || strlen(path) >= sizeof to.sun_path)
		return fail(EAFNOSUPPORT);
	strcpy(to.sun_path, path);
	int fd = (int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM | flags, 0);
	if (fd < 0)
		return -1;
	if (syscall(SYS_connect, fd, &to, sizeof to) < 0) {
		real_close(fd);
		return fail(EAFNOSUPPORT);
	}
	return fd;
}

/* One call and its answer. Bytes of the answer beyond `room` are lost. */
static int ask(int control, struct call call, const void *bytes, struct answer *answer, void *to, size_t room)
{
	static char rest[BUFFER];
	int result = whole(control, &call, sizeof call, 1);
	if (!result && call.len)
		result = whole(control, (void *)bytes, call.len, 1);
	if (!result)
		result = whole(control, answer, sizeof *answer, 0);
	if (!result && answer->len > sizeof rest)
		result = fail(EPROTO);
	if (!result && answer->len) {
		result = whole(control, rest, answer->len, 0);
		if (to)
			memcpy(to, rest, answer->len < room ? answer->len : room);
	}
	if (!result && answer->result < 0)
		return fail(-answer->result);
	return result ? result : answer->result;
}

static int control_of(int fd) { return fd >= 0 && fd < MOST ? controls[fd] : 0; }

static int call(int fd, struct call call, const void *bytes, struct answer *answer, void *to, size_t room)
{
	char byte;
	pthread_mutex_lock(&lock);
	answer->readable = 1;
	int result = ask(control_of(fd), call, bytes, answer, to, room);
	int number = errno;
	if (!answer->readable)
		syscall(SYS_recvfrom, fd, &byte, 1, MSG_DONTWAIT, NULL, NULL);
	pthread_mutex_unlock(&lock);
	errno = number;
	return result;
}

static int open_ours(int type, int protocol)
{
	struct answer answer;
	if ((type & 0xf) != SOCK_RAW && (type & 0xf) != SOCK_DGRAM)
		return fail(ESOCKTNOSUPPORT);
	int control = dial(SOCK_CLOEXEC);
	if (control < 0)
		return -1;
	struct call hello = { OPEN, 0, (uint32_t)protocol, (uint32_t)getpid(), geteuid(), getegid() };
	int id = ask(control, hello, NULL, &answer, NULL, 0);
	int number = errno;
	int fd = id < 0 ? -1 : dial(type & (SOCK_CLOEXEC | SOCK_NONBLOCK));
	if (fd < 0 || fd >= MOST) {
		real_close(control);
		return fail(id < 0 ? number : EMFILE);
	}
	struct call ready = { READY, 0, (uint32_t)id, 0, 0, 0 };
	if (ask(fd, ready, NULL, &answer, NULL, 0) < 0) {
		real_close(control);
		real_close(fd);
		return fail(EAFNOSUPPORT);
	}
	controls[fd] = control;
	openers[fd] = getpid();
	return fd;
}

int socket(int family, int type, int protocol)
{
	if (family == AF_NETLINK)
		return open_ours(type, protocol);
	return (int)syscall(SYS_socket, family, type, protocol);
}

int close(int fd)
{
	struct answer answer;
	int control = control_of(fd);
	if (control) {
		/* The kernel has let go of the port when close returns; the end of the stream is seen later. A forked
		 * child closes only its copy. */
		if (openers[fd] == getpid())
			call(fd, (struct call){ CLOSE, 0, 0, 0, 0, 0 }, NULL, &answer, NULL, 0);
		controls[fd] = 0;
		real_close(control);
	}
	return real_close(fd);
}

static int address_out(int fd, uint32_t op, struct sockaddr *address, socklen_t *len)
{
	struct answer answer;
	struct sockaddr_nl found = { .nl_family = AF_NETLINK };
	int result = call(fd, (struct call){ op, 0, 0, 0, 0, 0 }, NULL, &answer, NULL, 0);
	if (result < 0)
		return result;
	found.nl_pid = answer.a;
	found.nl_groups = answer.b;
	memcpy(address, &found, *len < sizeof found ? *len : sizeof found);
	*len = sizeof found;
	return 0;
}

static int address_in(int fd, uint32_t op, const struct sockaddr *address, socklen_t len)
{
	struct answer answer;
	const struct sockaddr_nl *to = (const void *)address;
	if (op == CONNECT && address->sa_family == AF_UNSPEC)
		return call(fd, (struct call){ op, 0, 0, 0, 0, 0 }, NULL, &answer, NULL, 0);
	if (len < sizeof *to || to->nl_family != AF_NETLINK)
		return fail(EINVAL);
	return call(fd, (struct call){ op, 0, to->nl_pid, to->nl_groups, 1, 0 }, NULL, &answer, NULL, 0);
}

int bind(int fd, const struct sockaddr *address, socklen_t len)
{
	return control_of(fd) ? address_in(fd, BIND, address, len) : (int)syscall(SYS_bind, fd, address, len);
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
	return control_of(fd) ? address_in(fd, CONNECT, address, len) : (int)syscall(SYS_connect, fd, address, len);
}

int getsockname(int fd, struct sockaddr *address, socklen_t *len)
{
	return control_of(fd) ? address_out(fd, NAME, address, len) : (int)syscall(SYS_getsockname, fd, address, len);
}

int getpeername(int fd, struct sockaddr *address, socklen_t *len)
{
	return control_of(fd) ? address_out(fd, PEER, address, len) : (int)syscall(SYS_getpeername, fd, address, len);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	struct answer answer;
	uint32_t number = 0;
	if (!control_of(fd))
		return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
	if (len < sizeof number)
		return fail(EINVAL);
	memcpy(&number, value, sizeof number);
	return call(fd, (struct call){ SET, 0, (uint32_t)level, (uint32_t)name, number, 0 }, NULL, &answer, NULL, 0);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	struct answer answer;
	if (!control_of(fd))
		return (int)syscall(SYS_getsockopt, fd, level, name, value, len);
	struct call get = { GET, 0, (uint32_t)level, (uint32_t)name, *len, 0 };
	int result = call(fd, get, NULL, &answer, value, *len);
	if (result >= 0)
		*len = (socklen_t)answer.a;
	return result < 0 ? result : 0;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	struct answer answer;
	if (!control_of(fd))
		return syscall(SYS_sendmsg, fd, message, flags);
	const struct sockaddr_nl *to = message->msg_name;
	char *bytes = malloc(BUFFER);
	size_t len = 0;
	for (size_t i = 0; bytes && i < message->msg_iovlen; i++) {
		const struct iovec *part = &message->msg_iov[i];
		if (part->iov_len > BUFFER - len) {
			free(bytes);
			return fail(EMSGSIZE);
		}
		memcpy(bytes + len, part->iov_base, part->iov_len);
		len += part->iov_len;
	}
	struct call send = { SEND, (uint32_t)len, to ? 1 : 0, to ? to->nl_pid : 0, to ? to->nl_groups : 0, (uint32_t)flags };
	int result = call(fd, send, bytes, &answer, NULL, 0);
	free(bytes);
	return result;
}

ssize_t sendto(int fd, const void *bytes, size_t len, int flags, const struct sockaddr *to, socklen_t to_len)
{
	struct iovec part = { (void *)bytes, len };
	struct msghdr message = { (void *)to, to ? to_len : 0, &part, 1, NULL, 0, 0 };
	if (!control_of(fd))
		return syscall(SYS_sendto, fd, bytes, len, flags, to, to_len);
	return sendmsg(fd, &message, flags);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags) { return sendto(fd, bytes, len, flags, NULL, 0); }

/* A control message of one number, where there is room for it. */
static size_t tell(struct msghdr *message, size_t used, int type, const void *value, size_t len)
{
	if (used + CMSG_SPACE(len) > message->msg_controllen) {
		message->msg_flags |= MSG_CTRUNC;
		return used;
	}
	struct cmsghdr *to = (void *)((char *)message->msg_control + used);
	*to = (struct cmsghdr){ CMSG_LEN(len), SOL_NETLINK, type };
	memcpy(CMSG_DATA(to), value, len);
	return used + CMSG_SPACE(len);
}

static void deliver(struct msghdr *message, const struct answer *answer, const char *bytes, size_t copied)
{
	struct sockaddr_nl from = { .nl_family = AF_NETLINK, .nl_pid = answer->a, .nl_groups = answer->b };
	for (size_t i = 0, at = 0; i < message->msg_iovlen && at < copied; i++) {
		size_t part = message->msg_iov[i].iov_len;
		part = part < copied - at ? part : copied - at;
		memcpy(message->msg_iov[i].iov_base, bytes + at, part);
		at += part;
	}
	if (message->msg_name) {
		memcpy(message->msg_name, &from, message->msg_namelen < sizeof from ? message->msg_namelen : sizeof from);
		message->msg_namelen = sizeof from;
	}
	/* `c` has three bits, of which the upper two say whether there is a group or an id of a namespace to tell. */
	message->msg_flags = answer->c & 1 ? MSG_TRUNC : 0;
	uint32_t group = answer->c >> 3;
	size_t used = 0;
	if (answer->c & 2)
		used = tell(message, used, NETLINK_PKTINFO, &group, sizeof group);
	if (answer->c & 4)
		used = tell(message, used, NETLINK_LISTEN_ALL_NSID, &answer->d, sizeof answer->d);
	message->msg_controllen = used;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	struct answer answer;
	size_t room = 0;
	if (!control_of(fd))
		return syscall(SYS_recvmsg, fd, message, flags);
	for (size_t i = 0; i < message->msg_iovlen; i++)
		room += message->msg_iov[i].iov_len;
	room = room < BUFFER ? room : BUFFER;
	char *bytes = malloc(BUFFER);
	struct call recv = { RECV, 0, (uint32_t)room, (uint32_t)flags, 0, 0 };
	int dont_wait = flags & MSG_DONTWAIT || fcntl(fd, F_GETFL) & O_NONBLOCK;
	int result;
	while ((result = call(fd, recv, NULL, &answer, bytes, room)) < 0 && errno == EAGAIN && !dont_wait) {
		struct pollfd ready = { fd, POLLIN, 0 };
		if (poll(&ready, 1, -1) < 0)
			break;
	}
	if (result >= 0)
		deliver(message, &answer, bytes, answer.len);
	free(bytes);
	return result;
}

ssize_t recvfrom(int fd, void *bytes, size_t len, int flags, struct sockaddr *from, socklen_t *from_len)
{
	struct iovec part = { bytes, len };
	struct msghdr message = { from, from ? *from_len : 0, &part, 1, NULL, 0, 0 };
	if (!control_of(fd))
		return syscall(SYS_recvfrom, fd, bytes, len, flags, from, from_len);
	ssize_t result = recvmsg(fd, &message, flags);
	if (result >= 0 && from)
		*from_len = message.msg_namelen;
	return result;
}

ssize_t recv(int fd, void *bytes, size_t len, int flags) { return recvfrom(fd, bytes, len, flags, NULL, NULL); }

/* What programs that were compiled with _FORTIFY_SOURCE call instead. */
ssize_t __recv_chk(int fd, void *bytes, size_t len, size_t room, int flags)
{
	return len > room ? fail(EFAULT) : recv(fd, bytes, len, flags);
}

ssize_t __recvfrom_chk(int fd, void *bytes, size_t len, size_t room, int flags, struct sockaddr *from, socklen_t *from_len)
{
	return len > room ? fail(EFAULT) : recvfrom(fd, bytes, len, flags, from, from_len);
}

/*
 * iproute2 asks these when netlink did not know a name or number; the machine's own interfaces are not the answer.
 * `iw` asks nobody else: SOFTNET_LINKS has what it shall be told, as "wlan0=3 wlan1=4 ".
 */
unsigned if_nametoindex(const char *name)
{
	const char *links = getenv("SOFTNET_LINKS");
	size_t len = strlen(name);
	for (; links && *links; links = strchr(links, ' ') + 1)
		if (!strncmp(links, name, len) && links[len] == '=')
			return (unsigned)atoi(links + len + 1);
	errno = ENODEV;
	return 0;
}

char *if_indextoname(unsigned index, char name[IF_NAMESIZE])
{
	const char *links = getenv("SOFTNET_LINKS");
	for (; links && *links; links = strchr(links, ' ') + 1) {
		size_t len = strcspn(links, "=");
		if (len < IF_NAMESIZE && (unsigned)atoi(links + len + 1) == index) {
			memcpy(name, links, len);
			name[len] = 0;
			return name;
		}
	}
	errno = ENXIO;
	return NULL;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list rest;
	va_start(rest, request);
	void *value = va_arg(rest, void *);
	va_end(rest);
	if (request >> 8 == 0x89) /* SIOC* */
		return fail(ENODEV);
	return (int)syscall(SYS_ioctl, fd, request, value);
}
