package io.kubejar.apiserver.oidc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An identity provider, as the configuration file describes it: upstream's `JWTAuthenticator`.
record JwtConfig(
    Issuer issuer,
    List<Rule> claimValidationRules,
    Mappings claimMappings,
    List<Rule> userValidationRules) {
  JwtConfig {
    claimValidationRules = List.copyOf(claimValidationRules);
    userValidationRules = List.copyOf(userValidationRules);
  }

  /// @param discoveryUrl where the provider describes itself; empty means at the well-known place
  /// @param certificateAuthority PEM; empty means the authorities that this machine trusts
  record Issuer(
      String url,
      String discoveryUrl,
      String certificateAuthority,
      List<String> audiences,
      String audienceMatchPolicy,
      String egressSelectorType) {
    Issuer {
      audiences = List.copyOf(audiences);
    }
  }

  /// What must hold: a claim with a value, or an expression with a message.
  record Rule(String claim, String requiredValue, String expression, String message) {}

  /// Where a part of the user comes from.
  ///
  /// @param prefix put before the claim's value; null if the file does not say
  record Mapping(String claim, @Nullable String prefix, String expression) {}

  record Extra(String key, String valueExpression) {}

  record Mappings(Mapping username, Mapping groups, Mapping uid, List<Extra> extra) {
    Mappings {
      extra = List.copyOf(extra);
    }
  }
}
