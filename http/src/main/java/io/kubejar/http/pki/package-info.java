/// A small certificate authority: creates keys, issues certificates, reads and writes PEM files.
@NullMarked
package io.kubejar.http.pki;

import org.jspecify.annotations.NullMarked;
