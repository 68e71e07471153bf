"""From a question to a function call: `python3 -m examples.function_calls` (needs requirements-logits.txt)."""

import numpy as np

from app.faces import FunctionCallingPipeline, Small_LLM_Model

model = Small_LLM_Model()
logits = model.get_logits_from_input_ids(np.array([1, 2, 3, 4], dtype=np.int32))
print("most likely token after 1, 2, 3, 4:", int(np.argmax(logits[-1])))

pipeline = FunctionCallingPipeline(
    function_definitions_path="services/function_definitions.json",
    vocab_path=model.get_path_to_vocabulary_json(),
    model=model,
)
result = pipeline.run("What is the sum of 2 and 3?")
if result:
    print("function:", result.fn_name)
    print("arguments:", result.args)
