package io.kubejar.kubelet;

import io.kubejar.api.authentication.v1.BoundObjectReference;
import io.kubejar.api.authentication.v1.TokenRequest;
import io.kubejar.api.authentication.v1.TokenRequestSpec;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.core.v1.ServiceAccountTokenProjection;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.kubelet.env.Environment;
import io.kubejar.kubelet.volume.ObjectSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What pods refer to, read from the API server when it is needed: a node may only see what its
/// pods name.
final class ApiObjects implements ObjectSource, Environment.Sources {
  private static final long TOKEN_SECONDS = 3600;

  private record TokenKey(String podUid, String audience, long seconds) {}

  private final Client client;
  private final Informer<Service> services;
  private final Clock clock;
  private final Map<TokenKey, Token> tokens = new ConcurrentHashMap<>();

  ApiObjects(Client client, Informer<Service> services, Clock clock) {
    this.client = client;
    this.services = services;
    this.clock = clock;
  }

  @Override
  public Optional<ConfigMap> configMap(ObjectKey key) throws InterruptedException {
    return client.find(ConfigMap.RESOURCE, key);
  }

  @Override
  public Optional<Secret> secret(ObjectKey key) throws InterruptedException {
    return client.find(Secret.RESOURCE, key);
  }

  @Override
  public List<Service> services(String namespace) {
    return services.inNamespace(namespace);
  }

  @Override
  public Token token(Pod pod, ServiceAccountTokenProjection projection)
      throws InterruptedException {
    var wanted = projection.expirationSeconds();
    long seconds = wanted == null ? TOKEN_SECONDS : wanted;
    var key = new TokenKey(pod.metadata().uid(), projection.audience(), seconds);
    var known = tokens.get(key);
    if (known != null && known.renewAt().isAfter(clock.instant())) {
      return known;
    }
    var account = pod.spec().serviceAccountName();
    var request =
        TokenRequest.EMPTY.withSpec(
            TokenRequestSpec.builder()
                .audiences(
                    projection.audience().isEmpty() ? List.of() : List.of(projection.audience()))
                .expirationSeconds(seconds)
                .boundObjectRef(
                    BoundObjectReference.builder()
                        .apiVersion("v1")
                        .kind("Pod")
                        .name(pod.metadata().name())
                        .uid(pod.metadata().uid())
                        .build())
                .build());
    var accountKey =
        new ObjectKey(pod.metadata().namespace(), account.isEmpty() ? "default" : account);
    var answer =
        client.createSubresource(
            ServiceAccount.RESOURCE, accountKey, "token", request, TokenRequest.CODEC);
    var token = new Token(answer.status().token(), renewAt(answer));
    tokens.put(key, token);
    return token;
  }

  /// At four fifths of its life, at the latest a day after it was issued.
  private Instant renewAt(TokenRequest answer) {
    var now = clock.instant();
    var end = answer.status().expirationTimestamp();
    var life = end == null ? Duration.ofSeconds(TOKEN_SECONDS) : Duration.between(now, end);
    var age = life.multipliedBy(4).dividedBy(5);
    return now.plus(age.compareTo(Duration.ofHours(24)) > 0 ? Duration.ofHours(24) : age);
  }

  void forget(String podUid) {
    tokens.keySet().removeIf(key -> key.podUid().equals(podUid));
  }
}
