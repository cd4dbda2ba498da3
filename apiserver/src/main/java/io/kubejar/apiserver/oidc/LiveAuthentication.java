package io.kubejar.apiserver.oidc;

import io.kubejar.apiserver.authn.AnonymousAccess;
import io.kubejar.apiserver.authn.TokenAuthenticator;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.LiveConfig;
import io.kubejar.apiserver.configfile.ReloadMetrics;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The authentication configuration that is in use, which may be replaced while the server runs.
public final class LiveAuthentication implements TokenAuthenticator, Supplier<AnonymousAccess> {
  /// What configurations are judged by and put to work with.
  ///
  /// @param ownAudiences of the API server: other audiences' tokens are not known here
  /// @param ownIssuers whose tokens are judged otherwise, and must not be configured here
  /// @param anonymous where a file says nothing of it
  public record Surroundings(
      List<String> ownAudiences,
      Set<String> ownIssuers,
      AnonymousAccess anonymous,
      Fetcher fetcher,
      InstantSource clock,
      KeyMetrics metrics,
      ReloadMetrics reloads) {
    public Surroundings {
      ownAudiences = List.copyOf(ownAudiences);
      ownIssuers = Set.copyOf(ownIssuers);
    }
  }

  private record Current(List<IssuerTokens> issuers, AnonymousAccess anonymous) {}

  private final Surroundings surroundings;
  private final LiveConfig<Current> config;

  /// @throws ConfigFileException if the content is no usable configuration
  public LiveAuthentication(String content, Surroundings surroundings) {
    this.surroundings = surroundings;
    config = new LiveConfig<>(content, this::read, surroundings.reloads());
  }

  /// Where what the file says is replaced.
  public LiveConfig<?> config() {
    return config;
  }

  @Override
  public AnonymousAccess get() {
    return config.current().anonymous();
  }

  @Override
  public Outcome authenticate(String token) {
    return authenticate(token, surroundings.ownAudiences());
  }

  @Override
  public Outcome authenticate(String token, List<String> audiences) {
    var good = audiences.stream().filter(surroundings.ownAudiences()::contains).toList();
    var parsed = SignedToken.of(token);
    if (good.isEmpty() || parsed.isEmpty()) {
      return new Outcome.NotMine();
    }
    for (var issuer : config.current().issuers()) {
      var outcome = issuer.judge(parsed.get(), good);
      if (!(outcome instanceof Outcome.NotMine)) {
        return outcome;
      }
    }
    return new Outcome.NotMine();
  }

  private Current read(String text) {
    var file = AuthenticationFile.read(text);
    var faults = JwtConfigFaults.of(file.jwt(), surroundings.ownIssuers());
    var issuers = new ArrayList<IssuerTokens>();
    for (int i = 0; i < file.jwt().size(); i++) {
      var config = file.jwt().get(i);
      var mapping = new ClaimMapping("jwt[" + i + "]", config);
      faults.addAll(mapping.faults());
      var clock = surroundings.clock();
      var keys =
          new IssuerKeys(
              config.issuer(), surroundings.fetcher(), clock, surroundings.metrics()::keysFetched);
      issuers.add(new IssuerTokens(config, mapping, keys, clock));
    }
    if (!faults.isEmpty()) {
      throw new ConfigFileException(
          faults.stream().map(fault -> fault.text()).collect(Collectors.joining("; ")));
    }
    var anonymous = file.anonymous() == null ? surroundings.anonymous() : file.anonymous();
    return new Current(List.copyOf(issuers), anonymous);
  }
}
