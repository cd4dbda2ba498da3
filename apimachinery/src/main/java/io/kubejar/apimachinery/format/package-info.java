/// The formats of names and other short texts: who may be called what, and the words that explain a
/// refusal.
@NullMarked
package io.kubejar.apimachinery.format;

import org.jspecify.annotations.NullMarked;
