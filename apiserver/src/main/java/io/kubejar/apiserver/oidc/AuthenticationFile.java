package io.kubejar.apiserver.oidc;

import io.kubejar.apiserver.authn.AnonymousAccess;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
import io.kubejar.apiserver.oidc.JwtConfig.Extra;
import io.kubejar.apiserver.oidc.JwtConfig.Issuer;
import io.kubejar.apiserver.oidc.JwtConfig.Mapping;
import io.kubejar.apiserver.oidc.JwtConfig.Mappings;
import io.kubejar.apiserver.oidc.JwtConfig.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an `AuthenticationConfiguration` file says.
///
/// @param anonymous null if it does not say
record AuthenticationFile(List<JwtConfig> jwt, @Nullable AnonymousAccess anonymous) {
  private static final Set<String> VERSIONS =
      Set.of(
          "apiserver.config.k8s.io/v1",
          "apiserver.config.k8s.io/v1beta1",
          "apiserver.config.k8s.io/v1alpha1");

  AuthenticationFile {
    jwt = List.copyOf(jwt);
  }

  static AuthenticationFile read(String text) {
    var document = ConfigPart.document(text, "AuthenticationConfiguration", VERSIONS);
    var jwt = new ArrayList<JwtConfig>();
    for (var part : document.parts("jwt")) {
      jwt.add(jwt(part));
    }
    var anonymous = anonymous(document.partOrNull("anonymous"));
    document.done();
    return new AuthenticationFile(jwt, anonymous);
  }

  private static @Nullable AnonymousAccess anonymous(@Nullable ConfigPart part) {
    if (part == null) {
      return null;
    }
    boolean enabled = part.flag("enabled", false);
    var paths = new ArrayList<String>();
    for (var condition : part.parts("conditions")) {
      paths.add(condition.text("path"));
      condition.done();
    }
    part.done();
    if (!enabled && !paths.isEmpty()) {
      throw new ConfigFileException(
          "anonymous.conditions: Invalid value: enabled should be set to true when conditions are"
              + " defined");
    }
    if (!enabled) {
      return new AnonymousAccess.Never();
    }
    return paths.isEmpty()
        ? new AnonymousAccess.Always()
        : new AnonymousAccess.OnlyTo(Set.copyOf(paths));
  }

  private static JwtConfig jwt(ConfigPart part) {
    var read =
        new JwtConfig(
            issuer(part.part("issuer")),
            rules(part.parts("claimValidationRules")),
            mappings(part.part("claimMappings")),
            rules(part.parts("userValidationRules")));
    part.done();
    return read;
  }

  private static Issuer issuer(ConfigPart part) {
    var read =
        new Issuer(
            part.text("url"),
            part.text("discoveryURL"),
            part.text("certificateAuthority"),
            part.texts("audiences"),
            part.text("audienceMatchPolicy"),
            part.text("egressSelectorType"));
    part.done();
    return read;
  }

  private static List<Rule> rules(List<ConfigPart> parts) {
    var rules = new ArrayList<Rule>();
    for (var part : parts) {
      rules.add(
          new Rule(
              part.text("claim"),
              part.text("requiredValue"),
              part.text("expression"),
              part.text("message")));
      part.done();
    }
    return rules;
  }

  private static Mappings mappings(ConfigPart part) {
    var extra = new ArrayList<Extra>();
    for (var one : part.parts("extra")) {
      extra.add(new Extra(one.text("key"), one.text("valueExpression")));
      one.done();
    }
    var read =
        new Mappings(
            mapping(part.part("username"), true),
            mapping(part.part("groups"), true),
            mapping(part.part("uid"), false),
            extra);
    part.done();
    return read;
  }

  private static Mapping mapping(ConfigPart part, boolean prefixed) {
    var prefix = prefixed ? part.textOrNull("prefix") : null;
    var read = new Mapping(part.text("claim"), prefix, part.text("expression"));
    part.done();
    return read;
  }
}
