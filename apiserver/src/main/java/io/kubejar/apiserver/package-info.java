/// The API server. [io.kubejar.apiserver.ApiServer] wires it; [io.kubejar.apiserver.RequestPath] is
/// the way of every request; [io.kubejar.apiserver.verbs.ResourceVerbs] is where all of them, and
/// all in-process callers, end.
@NullMarked
package io.kubejar.apiserver;

import org.jspecify.annotations.NullMarked;
