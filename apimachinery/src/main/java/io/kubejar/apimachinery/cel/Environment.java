package io.kubejar.apimachinery.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import io.kubejar.apimachinery.cel.library.Dispatch;
import io.kubejar.apimachinery.cel.library.Library;
import io.kubejar.apimachinery.cel.plan.Planner;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.TypeLookup;
import io.kubejar.apimachinery.cel.type.TypeNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Which variables, types and functions an expression may use. Immutable; made cheap to extend.
public final class Environment {
  private static final String FAILED = "compilation failed: ";

  private final List<Library> libraries;
  private final Dispatch dispatch;
  private final Map<String, DeclType> variables;

  /// Types that are not part of any variable's, such as those that expressions can make.
  private final TypeLookup otherTypes;

  private final ResultWording wording;
  private final Supplier<CelCompiler> compiler = Once.of(this::newCompiler);

  /// How a message tells that an expression yields the wrong type.
  public enum ResultWording {
    /// `must evaluate to bool but got string`
    ALWAYS_NAMES_ACTUAL,
    /// The same, but several wanted types are listed alone.
    NAMES_ACTUAL_FOR_ONE,
    /// `must evaluate to bool`
    NAMES_WANTED_ONLY
  }

  private Environment(
      List<Library> libraries,
      Dispatch dispatch,
      Map<String, DeclType> variables,
      TypeLookup otherTypes,
      ResultWording wording) {
    this.libraries = libraries;
    this.dispatch = dispatch;
    this.variables = variables;
    this.otherTypes = otherTypes;
    this.wording = wording;
  }

  /// An environment with these functions and no variables.
  public static Environment of(List<Library> libraries) {
    return new Environment(
        List.copyOf(libraries),
        Dispatch.of(libraries),
        Map.of(),
        TypeLookup.NOTHING,
        ResultWording.ALWAYS_NAMES_ACTUAL);
  }

  /// The same with one more variable, or the variable with another type.
  public Environment with(String variable, DeclType type) {
    var extended = new LinkedHashMap<>(variables);
    extended.put(variable, type);
    return new Environment(libraries, dispatch, extended, otherTypes, wording);
  }

  public Environment with(Library library) {
    var extended = new ArrayList<>(libraries);
    extended.add(library);
    return new Environment(
        List.copyOf(extended), Dispatch.of(extended), variables, otherTypes, wording);
  }

  /// The same with types found by name.
  public Environment with(TypeLookup types) {
    return new Environment(libraries, dispatch, variables, types, wording);
  }

  public Environment with(ResultWording words) {
    return new Environment(libraries, dispatch, variables, otherTypes, words);
  }

  /// The types of the variables.
  public Map<String, DeclType> variables() {
    return variables;
  }

  /// Compiles an expression that yields one of these types. [Scalar#ANY] takes everything.
  ///
  /// @throws CompilationException with upstream's message
  public CompiledExpression compile(String expression, DeclType... wanted)
      throws CompilationException {
    var checked = check(expression);
    var type = checked.getResultType();
    for (var each : wanted) {
      if (each.celType().kind() == CelKind.ANY
          || TypeNames.of(each.celType()).equals(TypeNames.of(type))) {
        return new CompiledExpression(expression, checked, Planner.plan(checked, dispatch));
      }
    }
    throw new CompilationException(wrongType(List.of(wanted), TypeNames.of(type)));
  }

  /// What is wrong with an expression, whatever it yields, in the checker's own words; empty if it
  /// compiles.
  public Optional<String> issues(String expression) {
    try {
      check(expression);
      return Optional.empty();
    } catch (CompilationException e) {
      return Optional.of(e.getMessage().substring(FAILED.length()));
    }
  }

  private CelAbstractSyntaxTree check(String expression) throws CompilationException {
    try {
      var parsed = compiler.get().parse(expression);
      var checked = parsed.hasError() ? parsed : compiler.get().check(parsed.getAst());
      if (checked.hasError()) {
        throw failed(Issues.text(checked.getErrors(), checked.getSource()));
      }
      var faults = LiteralChecks.issues(checked.getAst());
      if (!faults.isEmpty()) {
        throw failed(Issues.text(faults, checked.getSource()));
      }
      return checked.getAst();
    } catch (CelValidationException e) {
      throw new IllegalStateException("a result without errors has a tree", e);
    } catch (StackOverflowError _) {
      throw new CompilationException(FAILED + "the expression is nested too deeply");
    }
  }

  private static CompilationException failed(String issues) {
    return new CompilationException(FAILED + issues);
  }

  private String wrongType(List<DeclType> wanted, String actual) {
    var names = wanted.stream().map(type -> TypeNames.of(type.celType())).toList();
    boolean isOne = names.size() == 1;
    var text =
        isOne
            ? "must evaluate to " + names.getFirst()
            : names.stream().collect(Collectors.joining(" ", "must evaluate to one of [", "]"));
    return switch (wording) {
      case ALWAYS_NAMES_ACTUAL -> text + " but got " + actual;
      case NAMES_ACTUAL_FOR_ONE -> isOne ? text + " but got " + actual : text;
      case NAMES_WANTED_ONLY -> text;
    };
  }

  private CelCompiler newCompiler() {
    var builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(
                CelOptions.current()
                    .enableHeterogeneousNumericComparisons(true)
                    .enableOptionalSyntax(true)
                    .enableQuotedIdentifierSyntax(false)
                    .build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setTypeProvider(new Types(structs(), otherTypes));
    variables.forEach((name, type) -> builder.addVar(name, type.celType()));
    for (var library : libraries) {
      builder.addMacros(library.macros());
      library.functions().forEach(each -> builder.addFunctionDeclarations(each.declaration()));
    }
    return builder.build();
  }

  private ImmutableMap<String, CelType> structs() {
    var structs = new LinkedHashMap<String, CelType>();
    structs.put(SimpleType.DURATION.name(), SimpleType.DURATION);
    structs.put(SimpleType.TIMESTAMP.name(), SimpleType.TIMESTAMP);
    variables
        .values()
        .forEach(
            type -> type.objects().forEach((name, object) -> structs.put(name, object.struct())));
    for (var library : libraries) {
      library.functions().stream()
          .flatMap(function -> function.overloads().stream())
          .map(overload -> overload.result())
          .filter(type -> type instanceof OpaqueType || type.name().startsWith("kubernetes."))
          .forEach(type -> structs.putIfAbsent(type.name(), type));
    }
    return ImmutableMap.copyOf(structs);
  }

  private record Types(ImmutableMap<String, CelType> structs, TypeLookup otherTypes)
      implements CelTypeProvider {
    @Override
    public ImmutableCollection<CelType> types() {
      return structs.values();
    }

    @Override
    public Optional<CelType> findType(String name) {
      var struct = structs.get(name);
      return struct == null ? otherTypes.find(name) : Optional.of(struct);
    }
  }
}
