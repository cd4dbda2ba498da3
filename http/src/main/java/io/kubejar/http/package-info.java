/// HTTP as Kubejar's servers need it: HTTP/1.1 and HTTP/2 on one port, blocking handlers on virtual
/// threads, answers that stream until the peer goes away, and upgrades to raw byte streams.
///
/// Start reading at [io.kubejar.http.HttpServer]; a handler only ever sees an
/// [io.kubejar.http.Exchange]. Netty stays inside this package.
@NullMarked
package io.kubejar.http;

import org.jspecify.annotations.NullMarked;
