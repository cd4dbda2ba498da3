/// Keys and trusted certificates that may change while connections are served.
@NullMarked
package io.kubejar.http.tls;

import org.jspecify.annotations.NullMarked;
