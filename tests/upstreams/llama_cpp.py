"""A second, different OpenAI-compatible server for journeys: llama.cpp's own, with a tiny model made here.

The model is a llama of one silent block: what it says next depends on the last token alone, so it wanders among a
handful of words until it happens to end, or has said enough. `python -m tests.upstreams.llama_cpp --port N` serves it.
"""

import argparse
import signal
import tempfile
from pathlib import Path

import gguf
import numpy
import numpy.typing
import xllamacpp

WORDS = """lineup ship river stone green light seven north quiet paper engine cloud maple signal copper window garden
silver answer question""".split()
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
TOKENS = ["<unk>", "<s>", "</s>", *BYTES, "\u2581", *("\u2581" + word for word in WORDS)]
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
TYPES = [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * (1 + len(WORDS))
Tensor = numpy.typing.NDArray[numpy.float64]
WIDTH, HEADS, HIDDEN = 64, 2, 32
#: It lists none of the catalog, and answers under any name.
MODEL_ID = "tiny-random/wanderer"


def weights() -> dict[str, Tensor]:
    """The first dimension is the same for every token, so that it can silence bytes and make the end rare."""
    random = numpy.random.default_rng(7)
    embedding = random.normal(size=(len(TOKENS), WIDTH))
    embedding[:, 0] = 4
    output = random.normal(size=(len(TOKENS), WIDTH)) * 0.15
    output[:, 0] = 0
    output[: 3 + 256 + 1, 0] = -30
    output[TOKENS.index("</s>")] = 0
    output[TOKENS.index("</s>"), 0] = -0.25
    block: dict[str, Tensor] = {f"attn_{part}": numpy.zeros((WIDTH, WIDTH)) for part in ("q", "k", "v", "output")}
    block |= {"ffn_gate": numpy.zeros((HIDDEN, WIDTH)), "ffn_up": numpy.zeros((HIDDEN, WIDTH))}
    block |= {"ffn_down": numpy.zeros((WIDTH, HIDDEN)), "attn_norm": numpy.ones(WIDTH), "ffn_norm": numpy.ones(WIDTH)}
    tensors: dict[str, Tensor] = {"token_embd": embedding, "output": output, "output_norm": numpy.ones(WIDTH)}
    return tensors | {f"blk.0.{name}": tensor for name, tensor in block.items()}


def write_model(path: Path) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(65_536)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(TOKENS))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(TOKENS)
    writer.add_token_scores([0.0] * len(TOKENS))
    writer.add_token_types(TYPES)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template("{% for message in messages %}{{ message.content }}\n{% endfor %}")
    for name, tensor in weights().items():
        writer.add_tensor(f"{name}.weight", tensor.astype(numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def serve(port: int, folder: Path) -> None:
    path = folder / "tiny.gguf"
    write_model(path)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {MODEL_ID}
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_gpu_layers = 0
    params.n_ctx = 32_768
    # Else one of some hundred answers would go on for thousands of words, for longer than anybody waits.
    params.n_predict = 400
    params.n_parallel = 8
    server = xllamacpp.Server(params)
    print(f"llama.cpp serves {MODEL_ID} at {server.listening_address}/v1", flush=True)
    signal.pause()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8190)
    with tempfile.TemporaryDirectory() as folder:
        serve(parser.parse_args().port, Path(folder))
