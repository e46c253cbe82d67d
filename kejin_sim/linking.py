"""How compiled functions are put together: parts are linked once into what Python calls, and optimised there.

numba builds every function by itself: it links in the code of all that the function calls, optimises the whole and turns it into
machine code. A function ten calls deep is optimised and emitted ten times so, and only the last of them is ever run. Here a *part*
(a function under :func:`kejin_sim.jit.internal`, which only compiled code calls) keeps its own code and nothing else, and an
*entry* (a function that Python calls) links each part that it reaches once.

In a part an index counts from the front: what numba does for a negative one, which would count from the end, costs a fourteenth of
the engine's time, because every index is asked and every array's shape kept at hand. No loop of the engine counts from the end; a
test plays bundled scenarios with every index checked (``NUMBA_BOUNDSCHECK``), another looks for negative ones in the source.

Built on numba's hook for a compiler of one's own (``pipeline_class``), on its code libraries and on how it makes an index. The
machine code depends on what is linked, not on the order in which functions were compiled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

from llvmlite.binding import Linkage, create_new_function_pass_manager
from numba.core import codegen, compiler, typed_passes, types, untyped_passes
from numba.core.compiler_machinery import LoweringPass, PassManager, register_pass
from numba.np import arrayobj

_Library: Any = codegen.JITCodeLibrary
_Compiler: Any = compiler.CompilerBase
_Pass: Any = LoweringPass
_register: Any = register_pass
_PassManager: Any = PassManager
_index_of: Any = arrayobj.fix_integer_index


def _index(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
    """numba's making of an index, but for parts."""
    if getattr(builder.module, "counts_from_the_front", False):
        return context.cast(builder, index, kind, types.intp)
    return _index_of(context, builder, kind, index, size)


arrayobj.fix_integer_index = _index


class _NoMachineCode:
    """What a part offers in place of the generator of its machine code: it remembers its environment for the entry."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def set_env(self, name: str, environment: object) -> None:
        self._part.environments[name] = environment


class Part(_Library):  # type: ignore[misc]  # numba is untyped
    """The code of one function, to be linked into entries."""

    def __init__(self, generator: Any, name: str) -> None:
        super().__init__(generator, name)
        self.environments: dict[str, object] = {}

    def create_ir_module(self, name: str) -> Any:
        module = super().create_ir_module(name)
        module.counts_from_the_front = True
        return module

    @property
    def codegen(self) -> Any:
        return _NoMachineCode(self)

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout  # the entry optimises

    def finalize(self) -> None:
        self._raise_if_finalized()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        return 0


def _relink(module: Any, before: tuple[Any, ...], after: str) -> None:
    """Give every function that ``module`` defines with a linkage ``before`` the linkage ``after``."""
    for function in module.functions:
        if not function.is_declaration and function.linkage in before:
            function.linkage = after


def _code(library: Any) -> Any:
    return library._final_module if isinstance(library, Part) else library._get_module_for_linking()


KEPT: Final = "kejin_sim6random"
"""In the names of the generator's functions: these stay what they are whoever calls them. A block costs the same everywhere then,
and the benchmark's floor, a loop that does nothing but call them, is held against what the engine calls."""


def _defined(module: Any) -> set[str]:
    """Names of the functions whose code a module has."""
    return {function.name for function in module.functions if not function.is_declaration}


def _link(target: Any, libraries: Iterable[Any]) -> None:
    """Link the code of ``libraries`` into ``target`` as its private functions.

    What is private is kept only as long as somebody calls it, and the compiler may see its callers: it leaves out the words of an
    array that a function does not look at (an array is handed on in seven), returns nothing where nothing is asked, and knows what
    a call leaves as it was. The engine is four hundredths faster so.

    Libraries are joined two and two: each link reads all that is there already, so that linking hundreds one by one into the same
    module takes time in the square of their number.
    """
    own = _defined(target)
    modules = [_code(library).clone() for library in libraries]
    for module in modules:  # what may be there several times and is kept although nobody calls it yet
        _relink(module, (Linkage.external, Linkage.linkonce_odr), "weak_odr")
    while len(modules) > 1:
        for first, second in zip(modules[::2], modules[1::2], strict=False):
            first.link_in(second)
        modules = modules[::2]
    for module in modules:
        target.link_in(module)
    for function in target.functions:
        if not function.is_declaration and function.name not in own:
            function.linkage = "linkonce_odr" if KEPT in function.name else "internal"


class Entry(_Library):  # type: ignore[misc]
    """The code of a function that Python calls, with all that it calls."""

    _linking_libraries: list[Any]

    def finalize(self) -> None:
        waiting = list(self._linking_libraries)
        reached: dict[Any, None] = {}
        while waiting:
            library = waiting.pop()
            if library not in reached:
                reached[library] = None
                if isinstance(library, Part):
                    waiting += library._linking_libraries
        for library in reached:
            self._reload_init.update(library._reload_init)
        self._linking_libraries = []
        _link(self._final_module, reached)
        _, builder = self._codegen._function_pass_manager()
        # Variables out of memory and plain simplifications, so that less has to be linked into callers; the passes that numba would
        # choose take three times as long, and the passes of the module do the rest of it again.
        passes = create_new_function_pass_manager()
        passes.add_sroa_pass()
        passes.add_instruction_combine_pass()
        passes.add_simplify_cfg_pass()
        for function in self._final_module.functions:
            if not function.is_declaration:
                passes.run(function, builder)
        super().finalize()
        for library in reached:
            if isinstance(library, Part):
                for name, environment in library.environments.items():
                    if self._codegen._engine.is_symbol_defined(name):
                        self._codegen.set_env(name, environment)


@_register(mutates_CFG=False, analysis_only=True)
class ChoosePart(_Pass):  # type: ignore[misc]
    """The function that is being compiled becomes a part."""

    _name = "choose_part"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        state.library = Part(state.targetctx.codegen(), state.func_id.func_qualname)
        state.type_annotation = None
        return True


@_register(mutates_CFG=False, analysis_only=True)
class ChooseEntry(_Pass):  # type: ignore[misc]
    """The function that is being compiled becomes an entry."""

    _name = "choose_entry"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        state.library = Entry(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return True


_PASSES: Final[tuple[Any, ...]] = (
    untyped_passes.TranslateByteCode,
    untyped_passes.FixupArgs,
    untyped_passes.IRProcessing,
    untyped_passes.GenericRewrites,
    untyped_passes.ReconstructSSA,
    typed_passes.NopythonTypeInference,
    typed_passes.PreLowerStripPhis,
    typed_passes.IRLegalization,
    ChoosePart,
    typed_passes.NativeLowering,
    typed_passes.NoPythonBackend,
)


class PartCompiler(_Compiler):  # type: ignore[misc]
    """Compiles parts, with those of numba's passes that plain loops over numbers and records need: the others (closures, context
    managers, branches on types, fused array expressions, annotations) find nothing to do there and take a fifth of the time."""

    def define_pipelines(self) -> list[Any]:
        passes = _PassManager("part")
        for step in _PASSES:
            passes.add_pass(step, step.__name__)
        passes.finalize()
        return [passes]


class ApartCompiler(PartCompiler):
    """As :class:`PartCompiler`, and takes the caller's word that no two arguments share memory."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.state.flags.noalias = True


class EntryCompiler(_Compiler):  # type: ignore[misc]
    """Compiles entries, with all of numba's passes."""

    def define_pipelines(self) -> list[Any]:
        passes: Any = cast(Any, compiler.DefaultPassBuilder).define_nopython_pipeline(self.state)
        passes.add_pass_after(ChooseEntry, typed_passes.AnnotateTypes)
        passes.finalize()
        return [passes]
