/// JSON as an immutable tree, and YAML read into the same tree.
///
/// The tree is for what has no type at hand: patches, server-side apply, custom resources. Typed
/// objects are read and written as a stream by their generated codecs, without ever being a tree.
@NullMarked
package io.kubejar.apimachinery.json;

// For whoever writes the streaming side: the tree, JsonParser, JsonPrinter and Yaml stand on their
// own and do not need
// it; JsonReader and JsonWriter may use or replace their innards.
import org.jspecify.annotations.NullMarked;
