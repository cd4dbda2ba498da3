/// What an object means where it says nothing: upstream's default values, kind by kind.
@NullMarked
package io.kubejar.apiserver.defaulting;

import org.jspecify.annotations.NullMarked;
