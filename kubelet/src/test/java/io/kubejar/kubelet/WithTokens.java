package io.kubejar.kubelet;

import io.kubejar.api.authentication.v1.TokenRequest;
import io.kubejar.api.authentication.v1.TokenRequestStatus;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.client.Client;
import io.kubejar.client.testing.ForwardingClient;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// An API server that also gives tokens: `token-1`, `token-2` and so on, each for as long as asked.
final class WithTokens extends ForwardingClient {
  private final InstantSource clock;
  private final AtomicInteger given = new AtomicInteger();

  WithTokens(Client real, InstantSource clock) {
    super(real);
    this.clock = clock;
  }

  @Override
  public <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer)
      throws InterruptedException {
    if (!(body instanceof TokenRequest request)) {
      return super.createSubresource(type, key, subresource, body, answer);
    }
    long seconds = Objects.requireNonNull(request.spec().expirationSeconds());
    var granted =
        request.withStatus(
            TokenRequestStatus.EMPTY
                .withToken("token-" + given.incrementAndGet())
                .withExpirationTimestamp(clock.instant().plusSeconds(seconds)));
    var json = TokenRequest.CODEC.toTree(granted).toString();
    return answer.fromJson(json.getBytes(StandardCharsets.UTF_8));
  }
}
