/// The HTTP side of the verbs: finds the resource a request names, reads its body, lets the verb
/// run and writes what comes out in the form the client asked for.
@NullMarked
package io.kubejar.apiserver.endpoints;

import org.jspecify.annotations.NullMarked;
