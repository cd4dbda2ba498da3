package io.kubejar.apiserver.subresources;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.request.Call;

/// What a POST to a subresource does.
///
/// @param body how the request's body is read
public record Action<B extends KubernetesObject>(Codec<B> body, Performer<B> performer) {

  /// Does it.
  @FunctionalInterface
  public interface Performer<B extends KubernetesObject> {
    /// The answer: a `Status` or an object.
    Object perform(Call call, ObjectKey key, B body) throws InterruptedException;
  }
}
